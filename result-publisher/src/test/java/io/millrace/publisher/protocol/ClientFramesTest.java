package io.millrace.publisher.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.publisher.core.StartPoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientFramesTest {

    @Test
    void shouldReadEveryKindOfFrame() {
        assertThat(ClientFrames.parse("{\"subscribe\":{\"id\":\"a\",\"stream\":\"s\"}}"))
                .isEqualTo(new ClientFrame.Subscribe("a", "s", new StartPoint.Beginning(), 256));
        assertThat(ClientFrames.parse("{\"subscribe\":{\"id\":\"a\",\"stream\":\"s\",\"after\":\"now\",\"credit\":0}}"))
                .isEqualTo(new ClientFrame.Subscribe("a", "s", new StartPoint.Now(), 0));
        assertThat(ClientFrames.parse(
                        "{\"subscribe\":{\"id\":\"a\",\"stream\":\"s\",\"after\":{\"epoch\":\"e\",\"offset\":41}}}"))
                .isEqualTo(new ClientFrame.Subscribe("a", "s", new StartPoint.After("e", 41), 256));
        assertThat(ClientFrames.parse("{\"credit\":{\"id\":\"a\",\"n\":128}}"))
                .isEqualTo(new ClientFrame.Credit("a", 128));
        assertThat(ClientFrames.parse("{\"unsubscribe\":{\"id\":\"a\"}}")).isEqualTo(new ClientFrame.Unsubscribe("a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no json",
                "[]",
                "{}",
                "{\"subscribe\":1}",
                "{\"dance\":{\"id\":\"a\"}}",
                "{\"credit\":{\"id\":\"a\",\"n\":0}}",
                "{\"credit\":{\"id\":\"a\",\"n\":1.5}}",
                "{\"credit\":{\"id\":\"\",\"n\":1}}",
                "{\"subscribe\":{\"id\":\"a\"}}",
                "{\"subscribe\":{\"id\":\"a\",\"stream\":\"s\",\"after\":{\"offset\":1}}}",
                "{\"subscribe\":{\"id\":\"a\",\"stream\":\"s\",\"credit\":-1}}",
                "{\"subscribe\":{\"id\":\"a\",\"stream\":\"s\"},\"credit\":{}}"
            })
    void shouldNameWhatIsWrong(String text) {
        assertThat(ClientFrames.parse(text))
                .isInstanceOfSatisfying(
                        ClientFrame.Malformed.class,
                        wrong -> assertThat(wrong.message()).isNotEmpty());
    }

    @Test
    void shouldSayWhichSubscriptionAMalformedFrameConcerns() {
        assertThat(ClientFrames.parse("{\"credit\":{\"id\":\"a\",\"n\":-1}}"))
                .isInstanceOfSatisfying(
                        ClientFrame.Malformed.class,
                        wrong -> assertThat(wrong.id()).isEqualTo("a"));
    }
}
