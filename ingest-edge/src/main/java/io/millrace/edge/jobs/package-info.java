/** Jobs: submitted and asked for. */
@NullMarked
package io.millrace.edge.jobs;

import org.jspecify.annotations.NullMarked;
