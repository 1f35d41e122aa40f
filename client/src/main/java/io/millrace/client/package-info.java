/** A Java client for thin links: uploads that resume, jobs, results by position. */
@NullMarked
package io.millrace.client;

import org.jspecify.annotations.NullMarked;
