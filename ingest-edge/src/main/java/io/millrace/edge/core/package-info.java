/** Decisions of the edge as plain functions: what an append may do, what a job or a call must look like. */
@NullMarked
package io.millrace.edge.core;

import org.jspecify.annotations.NullMarked;
