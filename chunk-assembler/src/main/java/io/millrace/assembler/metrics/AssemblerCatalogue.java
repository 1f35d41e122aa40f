package io.millrace.assembler.metrics;

import io.millrace.runtime.metrics.Catalogue;
import io.millrace.runtime.metrics.Metric;

/** What the assembler measures. A record that is processed again after a crash is counted again. */
public final class AssemblerCatalogue {
    /** All of them. */
    public static final Catalogue ALL = new Catalogue("Assembler");

    /** Uploads. */
    public static final Metric UPLOADS = ALL.counter(
            "millrace.assembler.uploads",
            "Uploads by what happened to them: opened, completed, failed, cancelled, expired",
            "event");

    /** Open uploads. */
    public static final Metric UPLOADS_OPEN = ALL.gauge(
            "millrace.assembler.uploads.open", "", "Uploads of this instance that are open, as of the last sweep");

    /** What was new. */
    public static final Metric BYTES = ALL.bytes("millrace.assembler.bytes", "Bytes of uploads that took their place");

    /** What was not new. */
    public static final Metric REPEATED =
            ALL.bytes("millrace.assembler.repeated", "Bytes of uploads that were there already: resends");

    /** Records without effect. */
    public static final Metric IGNORED =
            ALL.counter("millrace.assembler.ignored", "Records that changed nothing, by reason", "reason");

    /** Lines. */
    public static final Metric LINES = ALL.counter(
            "millrace.assembler.lines", "Lines of jobs' files by what became of them: valid, invalid", "kind");

    /** Expansions ended. */
    public static final Metric EXPANSIONS = ALL.counter(
            "millrace.assembler.expansions", "Files of jobs that were expanded, to the end or not", "complete");

    /** Expansions under way. */
    public static final Metric EXPANSIONS_ACTIVE =
            ALL.gauge("millrace.assembler.expansions.active", "", "Files of jobs that are being read");

    private AssemblerCatalogue() {}
}
