package io.millrace.publisher.topology;

import io.millrace.schemas.v1.Result;
import java.util.List;

/**
 * The record of results of which events came.
 *
 * @param offset in its partition
 * @param size bytes of its value
 * @param timestampMs from which its topic counts how long it is kept
 * @param results what it carries, in its order
 */
record SourceRecord(long offset, int size, long timestampMs, List<Result> results) {}
