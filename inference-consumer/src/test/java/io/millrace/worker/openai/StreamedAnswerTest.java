package io.millrace.worker.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StreamedAnswerTest {
    private static final String FRAME =
            "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",";

    private final StreamedAnswer answer = new StreamedAnswer();

    @Test
    void shouldBecomeTheAnswerThatWasNotStreamed() throws Exception {
        String text = add(
                choice("{\"role\":\"assistant\",\"content\":\"\"}", "null"),
                choice("{\"content\":\"Hel\"}", "null"),
                choice("{\"content\":\"lo\"}", "null"),
                choice("{}", "\"stop\""),
                FRAME + "\"choices\":[],\"usage\":{\"completion_tokens\":2}}");

        assertThat(text).isEqualTo("Hello");
        assertThat(answer.finished()).isTrue();
        assertThat(answer.whole())
                .isEqualTo(new ObjectMapper()
                        .readTree(
                                "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":["
                                        + "{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":\"Hello\"}}],"
                                        + "\"usage\":{\"completion_tokens\":2}}"));
    }

    @Test
    void shouldPutCallsOfToolsTogether() throws Exception {
        String text = add(
                choice(
                        "{\"tool_calls\":[{\"index\":0,\"id\":\"t\",\"type\":\"function\",\"function\":"
                                + "{\"name\":\"f\",\"arguments\":\"{\\\"a\\\"\"}}]}",
                        "null"),
                choice("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\":1}\"}}]}", "\"tool_calls\""));

        assertThat(text).isEmpty();
        assertThat(answer.whole()
                        .at("/choices/0/message/tool_calls/0/function/name")
                        .asText())
                .isEqualTo("f");
        assertThat(answer.whole()
                        .at("/choices/0/message/tool_calls/0/function/arguments")
                        .asText())
                .isEqualTo("{\"a\":1}");
    }

    @Test
    void shouldFailOnWhatTheServerCallsAnError() {
        assertThatThrownBy(() -> answer.add("{\"error\":{\"message\":\"out of memory\"}}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("out of memory");
    }

    private String add(String... events) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String event : Stream.of(events).toList()) {
            text.append(answer.add(event));
        }
        return text.toString();
    }

    private static String choice(String delta, String finish) {
        return FRAME + "\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]}";
    }
}
