package io.millrace.schemas.errors;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorRenderingTest {
    @Test
    void shouldRenderOpenAisShape() {
        assertThat(ErrorRendering.openAi(ErrorCode.MODEL_NOT_FOUND, "no model 'x'", "model")
                        .toString())
                .isEqualTo("""
                        {"error":{"message":"no model 'x'","type":"invalid_request_error","param":"model","code":"model_not_found"}}\
                        """);
    }

    @Test
    void shouldSayNullForAMissingParam() {
        assertThat(ErrorRendering.openAi(ErrorCode.OVERLOADED, "full", null).toString())
                .contains("\"param\":null")
                .contains("\"type\":\"server_error\"");
        assertThat(ErrorRendering.openAi(ErrorCode.TOO_MANY_REQUESTS, "wait", null)
                        .toString())
                .contains("\"type\":\"rate_limit_error\"");
    }

    @Test
    void shouldRenderAProblem() {
        assertThat(ErrorRendering.problem(ErrorCode.OFFSET_MISMATCH, "offset is 5", "Upload-Offset")
                        .toString())
                .isEqualTo("""
                        {"type":"tag:millrace.io,2026:offset_mismatch","title":"offset mismatch","status":409,\
                        "detail":"offset is 5","advice":"Ask for the offset and go on from there.","retryable":false,\
                        "field":"Upload-Offset"}\
                        """);
    }

    @Test
    void shouldRenderAWebSocketErrorWithAndWithoutItsSubscription() {
        assertThat(ErrorRendering.webSocket("a", ErrorCode.UNAVAILABLE, "later").toString())
                .isEqualTo("{\"id\":\"a\",\"code\":\"unavailable\",\"message\":\"later\",\"retryable\":true}");
        assertThat(ErrorRendering.webSocket(null, ErrorCode.INVALID_JSON, "no").has("id"))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void shouldHaveAStatusACloseCodeAndAdvice(ErrorCode code) {
        assertThat(code.httpStatus()).isBetween(400, 599);
        assertThat(code.closeCode()).isBetween(4000, 4999);
        assertThat(code.retryable()).isEqualTo(code.closeCode() < 4500);
        assertThat(code.advice()).endsWith(".");
        assertThat(code.code()).matches("[a-z_]+");
    }
}
