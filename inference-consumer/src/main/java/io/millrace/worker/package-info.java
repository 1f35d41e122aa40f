/** The inference-consumer: takes requests from the lanes, runs them in batches, writes their results. */
@NullMarked
package io.millrace.worker;

import org.jspecify.annotations.NullMarked;
