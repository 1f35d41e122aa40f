package io.millrace.assembler.topology;

import io.millrace.assembler.expansion.ExpansionReaders;
import io.millrace.assembler.verification.DigestReaders;
import io.millrace.runtime.streams.ProcessedOffsets;

/**
 * What the tasks of all partitions share. Thread-safe.
 *
 * @param expansions read files of jobs
 * @param digests verify files
 * @param offsets hear what is processed
 * @param settled hear of every new status
 * @param metrics count
 */
public record Surroundings(
        ExpansionReaders expansions,
        DigestReaders digests,
        ProcessedOffsets offsets,
        SettledUploads settled,
        AssemblerMetrics metrics) {}
