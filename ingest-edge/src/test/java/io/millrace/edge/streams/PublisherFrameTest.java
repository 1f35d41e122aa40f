package io.millrace.edge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PublisherFrameTest {
    @Test
    void shouldHandOnAnEventAsItIs() {
        assertThat(parsed("{'event':{'id':'7','offset':42,'type':'result','response':{'body':{'id':'8','x':1.0E-5}}}}"))
                .isEqualTo(new PublisherFrame.Event(
                        7,
                        42,
                        "result",
                        json("{'offset':42,'type':'result','response':{'body':{'id':'8','x':1.0E-5}}}")));
        assertThat(parsed("{'event':{'id':'7','offset':43,'type':'end'}}"))
                .isInstanceOfSatisfying(PublisherFrame.Event.class, end -> {
                    assertThat(end.isLast()).isTrue();
                    assertThat(end.json()).isEqualTo(json("{'offset':43,'type':'end'}"));
                });
    }

    @Test
    void shouldReadWhatElseIsSaid() {
        assertThat(parsed(
                        "{'subscribed':{'id':'7','stream':'batch_a','epoch':'e','recovered':true,'from':3,'head':-1}}"))
                .isEqualTo(new PublisherFrame.Subscribed(7, "batch_a", "e", true, 3, -1));
        assertThat(parsed("{'delta':{'id':'7','request_id':'req','attempt':'a','position':4,'text':'hi'}}"))
                .isEqualTo(new PublisherFrame.Piece(7, "req", "a", 4, "hi"));
        assertThat(parsed("{'error':{'id':'7','code':'unavailable','message':'later','retryable':true}}"))
                .isEqualTo(new PublisherFrame.Refusal(7, "unavailable", "later"));
    }

    @Test
    void shouldPassOverWhatConcernsNoSubscription() {
        assertThat(parsed("{'error':{'code':'invalid_json'}}")).isEqualTo(new PublisherFrame.Other());
        assertThat(parsed("{'new':{}}")).isEqualTo(new PublisherFrame.Other());
        assertThat(parsed("{")).isEqualTo(new PublisherFrame.Other());
    }

    private static PublisherFrame parsed(String frame) {
        return PublisherFrame.parse(json(frame));
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
