/** What the publisher measures. */
@NullMarked
package io.millrace.publisher.metrics;

import org.jspecify.annotations.NullMarked;
