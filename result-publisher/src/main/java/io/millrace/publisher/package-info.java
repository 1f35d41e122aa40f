/** The publisher: reads what workers and others say of jobs and calls, and serves it as numbered streams. */
@NullMarked
package io.millrace.publisher;

import org.jspecify.annotations.NullMarked;
