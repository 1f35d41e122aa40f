package io.millrace.assembler.query;

import io.millrace.schemas.Tenant;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** What a question of the internal interface says, checked. */
final class QueryParameters {
    /** The question is wrong. */
    static final class WrongQuestionException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongQuestionException(String why) {
            super(why);
        }
    }

    private QueryParameters() {}

    static String tenant(HttpServerRequest request) {
        @Nullable String tenant = request.getHeader(Tenant.HTTP_HEADER);
        if (tenant == null || tenant.isEmpty()) {
            throw new WrongQuestionException("header " + Tenant.HTTP_HEADER + " is missing");
        }
        return tenant;
    }

    /** A number between 0 and this; where it is missing, another one. */
    static long number(MultiMap query, String name, long missing, long most) {
        @Nullable String value = query.get(name);
        if (value == null) {
            return missing;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(name, most);
        }
        throw wrong(name, most);
    }

    private static WrongQuestionException wrong(String name, long most) {
        return new WrongQuestionException(name + " must be a number from 0 to " + most);
    }
}
