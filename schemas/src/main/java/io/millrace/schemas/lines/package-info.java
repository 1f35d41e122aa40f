/** How a job's file is cut into lines: a request's number in its job follows from it, for everyone who reads the file. */
@NullMarked
package io.millrace.schemas.lines;

import org.jspecify.annotations.NullMarked;
