/** Tests. */
@NullMarked
package io.millrace.standalone.demo;

import org.jspecify.annotations.NullMarked;
