package io.millrace.assembler.topology;

import io.millrace.assembler.core.UploadLife;
import io.millrace.assembler.expansion.ExpansionReaders;
import io.millrace.assembler.verification.DigestReaders;
import io.millrace.runtime.streams.ProcessedOffsets;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What the tasks of all partitions share. Thread-safe.
 *
 * @param expansions read files of jobs
 * @param digests verify files
 * @param offsets hear what is processed
 * @param settled hear of every new status
 * @param life says when uploads are forgotten
 * @param sweepInterval how often is looked for such
 * @param commits how often jobs may ask for one before its time
 * @param metrics count
 * @param nanoTime a clock that only goes on
 */
public record Surroundings(
        ExpansionReaders expansions,
        DigestReaders digests,
        ProcessedOffsets offsets,
        SettledUploads settled,
        UploadLife life,
        Duration sweepInterval,
        CommitPace commits,
        AssemblerMetrics metrics,
        LongSupplier nanoTime) {}
