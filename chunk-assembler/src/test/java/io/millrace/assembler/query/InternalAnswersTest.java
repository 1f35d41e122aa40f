package io.millrace.assembler.query;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

class InternalAnswersTest {
    @Test
    void shouldLeaveAnAnswerAloneWhoseAskerWentBeforeItsEnd() {
        RoutingContext request = answered();

        assertThatCode(() -> InternalAnswers.notNow(request, "the owner does not answer"))
                .doesNotThrowAnyException();
        assertThatCode(() -> InternalAnswers.end(request, 404, "there is no such upload"))
                .doesNotThrowAnyException();
    }

    /** A request whose answer has been sent, which refuses everything else, as Vert.x does. */
    private static RoutingContext answered() {
        HttpServerResponse response = proxy(HttpServerResponse.class, (self, method, arguments) -> {
            if (method.getName().equals("headWritten") || method.getName().equals("ended")) {
                return true;
            }
            throw new IllegalStateException("Response head already sent");
        });
        return proxy(RoutingContext.class, (self, method, arguments) -> response);
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
