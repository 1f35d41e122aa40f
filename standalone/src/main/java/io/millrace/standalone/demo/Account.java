package io.millrace.standalone.demo;

import io.millrace.client.UploadCounts;
import io.millrace.standalone.view.Sizes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The account at the end: figures, and which promises were broken.
 *
 * @param passages requests that were sent
 * @param upload what the upload cost
 * @param watch what it was told
 * @param passedAtCut bytes of content that had got through the link when it broke, at least
 * @param resultCuts how often the results' connection was cut
 * @param results what came back
 * @param time from the first byte sent to the last result
 */
record Account(
        int passages,
        UploadCounts upload,
        UploadWatch watch,
        long passedAtCut,
        int resultCuts,
        Ledger results,
        Duration time) {

    List<String> lines() {
        double perSecond = results.results() / Math.max(0.001, time.toMillis() / 1000.0);
        return List.of(
                line("passages in", passages + ""),
                line("results out", results.results() + ", " + results.failed() + " of them errors"),
                line("missing or repeated results", results.missing() + " or " + results.repeated()),
                line("bytes of input", upload.input() + " (" + Sizes.bytes(upload.input()) + ")"),
                line("bytes sent", upload.sent() + ""),
                line("bytes sent twice", upload.resent() + ", of " + inFlight() + " in flight at the cut"),
                line("connections cut", "upload " + upload.interruptions() + ", results " + resultCuts),
                line("time", Sizes.seconds(time)),
                line("throughput", String.format(Locale.ROOT, "%.0f results/s", perSecond)));
    }

    /** What was promised and not kept; empty when all is well. */
    List<String> brokenPromises() {
        List<String> broken = new ArrayList<>();
        if (watch.sentAtCut() < 0 || resultCuts == 0) {
            broken.add("the links were not cut, so nothing was shown");
        }
        if (watch.wentBack()) {
            broken.add("the server kept less than it had acknowledged");
        }
        if (upload.resent() > inFlight()) {
            broken.add("bytes that had reached the server were sent again");
        }
        if (results.missing() > 0) {
            broken.add(results.missing() + " requests have no outcome");
        }
        if (results.repeated() > 0) {
            broken.add(results.repeated() + " outcomes came twice");
        }
        if (results.brokenPositions() > 0) {
            broken.add("positions had a gap or a repeat");
        }
        if (results.failed() > 0) {
            broken.add(results.failed() + " passages could not be embedded");
        }
        return broken;
    }

    private long inFlight() {
        return Math.max(0, watch.sentAtCut() - passedAtCut);
    }

    private static String line(String name, String value) {
        return String.format(Locale.ROOT, "  %-28s %s", name, value);
    }
}
