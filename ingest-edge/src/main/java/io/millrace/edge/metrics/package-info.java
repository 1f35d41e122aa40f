/** What the edge measures. */
@NullMarked
package io.millrace.edge.metrics;

import org.jspecify.annotations.NullMarked;
