package io.millrace.edge.calls;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.Result;
import java.util.Arrays;

/** Why a request has no answer. */
public final class CallFailure {
    private CallFailure() {}

    /** The error of a result that is no success. A backend's own code is told as a failure of the model. */
    public static MillraceException of(Result result) {
        if (!result.hasFailure()) {
            return new MillraceException(
                    ErrorCode.INTERNAL, "the request " + result.getRequestId() + " ended without an outcome");
        }
        Failure failure = result.getFailure();
        ErrorCode code = Arrays.stream(ErrorCode.values())
                .filter(known -> known.code().equals(failure.getCode()))
                .findFirst()
                .orElse(ErrorCode.MODEL_FAILED);
        return new MillraceException(code, failure.getMessage());
    }
}
