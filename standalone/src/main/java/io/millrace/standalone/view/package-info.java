/** What a user sees of work in progress. */
@NullMarked
package io.millrace.standalone.view;

import org.jspecify.annotations.NullMarked;
