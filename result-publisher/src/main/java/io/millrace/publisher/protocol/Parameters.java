package io.millrace.publisher.protocol;

import io.millrace.runtime.streams.Seen;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what stands in a query. */
final class Parameters {
    private Parameters() {}

    /**
     * A whole number, if it is there.
     *
     * @throws MillraceException ({@link ErrorCode#INVALID_REQUEST}) if it is none or lies outside of these bounds
     */
    static Optional<Long> number(RoutingContext request, String name, long least, long most) {
        @Nullable String text = request.request().getParam(name);
        if (text == null) {
            return Optional.empty();
        }
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return Optional.of(number);
            }
        } catch (NumberFormatException e) {
            throw wrong(name, least, most);
        }
        throw wrong(name, least, most);
    }

    /** The record that an answer must know, if the query names one. */
    static Optional<Seen> seen(RoutingContext request) {
        try {
            return Seen.of(request.request().params());
        } catch (NumberFormatException e) {
            throw new MillraceException(ErrorCode.INVALID_REQUEST, "partition and seen must be numbers", e);
        }
    }

    private static MillraceException wrong(String name, long least, long most) {
        return MillraceException.about(
                name, ErrorCode.INVALID_REQUEST, name + " must be a whole number from " + least + " to " + most);
    }
}
