package io.millrace.standalone.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.standalone.operations.core.Finding;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Prints findings, each with what to do. */
final class FindingView {
    private static final ObjectMapper JSON = new ObjectMapper();

    private FindingView() {}

    /** Prints all, and returns the exit code: 1 if one is an error. */
    static int print(PrintStream out, List<Finding> findings, boolean json) {
        boolean failed = findings.stream().anyMatch(finding -> finding.level() == Finding.Level.ERROR);
        if (json) {
            ObjectNode all = JSON.createObjectNode().put("ok", !failed);
            ArrayNode each = all.putArray("findings");
            findings.forEach(finding -> each.addObject()
                    .put("level", finding.level().name().toLowerCase(Locale.ROOT))
                    .put("subject", finding.subject())
                    .put("what", finding.what())
                    .put("remedy", finding.remedy()));
            out.println(all);
        } else {
            findings.forEach(finding -> {
                out.printf("%-8s %s: %s%n", finding.level(), finding.subject(), finding.what());
                if (!finding.remedy().isEmpty()) {
                    out.println("         do: " + finding.remedy());
                }
            });
        }
        return failed ? 1 : 0;
    }
}
