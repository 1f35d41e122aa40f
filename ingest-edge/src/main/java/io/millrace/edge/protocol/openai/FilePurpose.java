package io.millrace.edge.protocol.openai;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.util.Set;

/** What OpenAI's files may be for. */
final class FilePurpose {
    private static final Set<String> ALL = Set.of("assistants", "batch", "evals", "fine-tune", "user_data", "vision");

    private FilePurpose() {}

    /**
     * The purpose, if it is one.
     *
     * @throws MillraceException that lists those there are
     */
    static String check(String purpose) {
        if (!ALL.contains(purpose)) {
            throw MillraceException.about(
                    "purpose",
                    ErrorCode.INVALID_REQUEST,
                    "purpose must be one of "
                            + String.join(", ", ALL.stream().sorted().toList()));
        }
        return purpose;
    }
}
