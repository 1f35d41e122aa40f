/** Tells those who follow a stream of its new events, and holds the last ones for all of them together. */
@NullMarked
package io.millrace.publisher.hub;

import org.jspecify.annotations.NullMarked;
