package io.millrace.assembler.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.millrace.assembler.core.ParsedLine.Invalid;
import io.millrace.assembler.core.ParsedLine.Request;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.lines.LineSplitter.Line;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JobLineParserTest {
    private final JobLineParser parser = new JobLineParser(
            "/v1/embeddings", Map.of("m", List.of("/v1/embeddings"), "chat", List.of("/v1/chat/completions")), 1000);

    @Test
    void shouldHandOnTheBodyAsItStandsInTheLine() {
        Request request = request("""
                {"body": {"input" : "é \\u00e9 {", "model":"m", "x":[1.10, {"a":{}}]} , "custom_id":"a b",\
                 "url":"/v1/embeddings", "method":"POST", "more": [{"model":"other"}]}""");

        assertThat(request.body().toStringUtf8())
                .isEqualTo("{\"input\" : \"é \\u00e9 {\", \"model\":\"m\", \"x\":[1.10, {\"a\":{}}]}");
        assertThat(request.customId()).isEqualTo("a b");
        assertThat(request.model()).isEqualTo("m");
        assertThat(request.customIdFingerprint()).isNotZero();
    }

    @Test
    void shouldIgnoreAMarkAtTheFilesBeginning() {
        assertThat(request("\uFEFF" + line("\"POST\"", "/v1/embeddings", "{\"model\":\"m\"}"))
                        .body()
                        .toStringUtf8())
                .isEqualTo("{\"model\":\"m\"}");
    }

    @Test
    void shouldSayWhatIsWrongWithALine() {
        assertThat(code("{\"custom_id\":")).isEqualTo(ErrorCode.INVALID_JSON);
        assertThat(code("nonsense")).isEqualTo(ErrorCode.INVALID_JSON);
        assertThat(code("[1]")).isEqualTo(ErrorCode.INVALID_JSON);
        assertThat(code("{} {}")).isEqualTo(ErrorCode.INVALID_JSON);
        assertThat(code("{}")).isEqualTo(ErrorCode.MISSING_CUSTOM_ID);
        assertThat(code("{\"custom_id\":7}")).isEqualTo(ErrorCode.MISSING_CUSTOM_ID);
        assertThat(code("{\"custom_id\":\"\"}")).isEqualTo(ErrorCode.MISSING_CUSTOM_ID);
        assertThat(code(line("\"GET\"", "/v1/embeddings", "{}"))).isEqualTo(ErrorCode.UNSUPPORTED_METHOD);
        assertThat(code(line("\"POST\"", "/v1/other", "{}"))).isEqualTo(ErrorCode.UNSUPPORTED_URL);
        assertThat(code(line("\"POST\"", "/v1/embeddings", "null"))).isEqualTo(ErrorCode.MISSING_BODY);
        assertThat(code(line("\"POST\"", "/v1/embeddings", "[]"))).isEqualTo(ErrorCode.MISSING_BODY);
        assertThat(code(line("\"POST\"", "/v1/embeddings", "{}"))).isEqualTo(ErrorCode.MISSING_FIELD);
        assertThat(code(line("\"POST\"", "/v1/embeddings", "{\"model\":\"no\"}")))
                .isEqualTo(ErrorCode.MODEL_NOT_FOUND);
        assertThat(code(line("\"POST\"", "/v1/embeddings", "{\"model\":\"chat\"}")))
                .isEqualTo(ErrorCode.UNSUPPORTED_URL);
    }

    @Test
    void shouldNameTheLimitForALineThatIsTooLong() {
        ParsedLine parsed = parser.parse(new Line(9, 5000, ByteString.EMPTY, true));

        assertThat(parsed).isEqualTo(new Invalid(9, "", ErrorCode.LINE_TOO_LONG, "the line is longer than 1000 bytes"));
    }

    @Test
    void shouldKeepTheCustomIdOfALineThatCannotRun() {
        assertThat(parse(line("\"GET\"", "/v1/embeddings", "{}")).customId()).isEqualTo("c");
    }

    @Test
    void shouldSurviveAnyDepth() {
        assertThat(code("[".repeat(900) + "]".repeat(900))).isEqualTo(ErrorCode.INVALID_JSON);
        assertThat(code("{\"a\":".repeat(100_000))).isEqualTo(ErrorCode.INVALID_JSON);
    }

    private static String line(String method, String url, String body) {
        return "{\"custom_id\":\"c\",\"method\":%s,\"url\":\"%s\",\"body\":%s}".formatted(method, url, body);
    }

    private Request request(String text) {
        ParsedLine parsed = parse(text);
        assertThat(parsed).isInstanceOf(Request.class);
        return (Request) parsed;
    }

    private ErrorCode code(String text) {
        ParsedLine parsed = parse(text);
        assertThat(parsed).isInstanceOf(Invalid.class);
        return ((Invalid) parsed).code();
    }

    private ParsedLine parse(String text) {
        return parser.parse(new Line(1, text.length(), ByteString.copyFromUtf8(text), false));
    }
}
