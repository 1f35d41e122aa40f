package io.millrace.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.edge.StandInSubscribers.Connection;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.IngestClientFrame;
import io.millrace.schemas.v1.IngestCreditMore;
import io.millrace.schemas.v1.IngestEvent;
import io.millrace.schemas.v1.IngestPosition;
import io.millrace.schemas.v1.IngestRefused;
import io.millrace.schemas.v1.IngestServerFrame;
import io.millrace.schemas.v1.IngestSubscribe;
import io.millrace.schemas.v1.IngestSubscribed;
import io.millrace.schemas.v1.IngestUnsubscribe;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Result streams over the native socket, frame by frame; the test is the publisher. */
@KafkaTest
class NativeSubscriptionIT {
    /** Of 64 KiB each: many times what sockets hold. */
    private static final int MANY = 2_000;

    private TestEdge edge;
    private NativePeer peer;

    @BeforeEach
    void start(KafkaCluster cluster) {
        edge = new TestEdge(cluster);
        peer = new NativePeer(edge.port());
    }

    @AfterEach
    void stop() {
        peer.close();
        edge.close();
    }

    @Test
    void shouldHandOnAStreamAndItsCredit() {
        // given
        peer.subscribe(stream(5).setCredit(2));
        Connection publisher = publisher();
        JsonNode asked = publisher.next().path("subscribe");
        String id = asked.path("id").asText();

        // when
        publisher.subscribed(id, "e", true, 0);
        publisher.event(id, 0, "progress");
        publisher.say("{'delta':{'id':'" + id + "','request_id':'req','attempt':'a','position':2,'text':'hi'}}");
        publisher.event(id, 1, "result");

        // then
        assertThat(asked.path("stream").asText()).isEqualTo("batch_a");
        assertThat(asked.path("credit").asLong()).isEqualTo(2);
        assertThat(asked.has("after")).isFalse();
        IngestSubscribed subscribed = peer.next().getSubscribed();
        assertThat(subscribed.getSubscription()).isEqualTo(5);
        assertThat(subscribed.getEpoch()).isEqualTo("e");
        assertThat(subscribed.getRecovered()).isTrue();
        assertThat(subscribed.getHead()).isEqualTo(9);
        IngestEvent event = peer.next().getEvent();
        assertThat(event.getSubscription()).isEqualTo(5);
        assertThat(event.getType()).isEqualTo("progress");
        assertThat(event.getJson().toStringUtf8())
                .isEqualTo("{'offset':0,'type':'progress','x':{'id':'y'}}".replace('\'', '"'));
        IngestServerFrame delta = peer.next();
        assertThat(delta.getDelta().getSubscription()).isEqualTo(5);
        assertThat(delta.getDelta().getPosition()).isEqualTo(2);
        assertThat(peer.next().getEvent().getOffset()).isEqualTo(1);

        // and: more credit, and no more at all
        creditMore(5, 7);
        assertThat(publisher.next().path("credit").path("n").asLong()).isEqualTo(7);
        peer.send(IngestClientFrame.newBuilder()
                .setUnsubscribe(IngestUnsubscribe.newBuilder().setSubscription(5)));
        assertThat(publisher.next().path("unsubscribe").path("id").asText()).isEqualTo(id);
    }

    @Test
    void shouldGoOnElsewhereWithoutTheClientNoticing() {
        // given: one stream in the midst, one that has not begun
        peer.subscribe(stream(1).setCredit(10)).subscribe(stream(2).setNow(true));
        Connection first = publisher();
        String id = first.next().path("subscribe").path("id").asText();
        first.next();
        first.subscribed(id, "e", true, 0);
        first.event(id, 0, "result");
        first.event(id, 1, "result");
        assertThat(peer.await(frame -> frame.getEvent().getOffset() == 1).hasEvent())
                .isTrue();

        // when
        first.close(ErrorCode.UNAVAILABLE.closeCode());
        Connection second = publisher();
        JsonNode again = second.next().path("subscribe");
        JsonNode notBegun = second.next().path("subscribe");
        second.subscribed(again.path("id").asText(), "e", true, 2);
        second.event(again.path("id").asText(), 2, "end");

        // then
        assertThat(again.at("/after/epoch").asText()).isEqualTo("e");
        assertThat(again.at("/after/offset").asLong()).isEqualTo(1);
        assertThat(again.path("credit").asLong()).isEqualTo(8);
        assertThat(notBegun.path("after").asText()).isEqualTo("now");
        assertThat(peer.next().getEvent().getOffset()).isEqualTo(2);

        // and: credit after the end is nothing, and its number is free
        creditMore(1, 5);
        peer.subscribe(stream(1));
        assertThat(second.next().path("subscribe").path("stream").asText()).isEqualTo("batch_a");
    }

    @Test
    void shouldTellWhereAStreamCouldNotGoOn() {
        peer.subscribe(
                stream(1).setAfter(IngestPosition.newBuilder().setEpoch("e").setOffset(41)));
        Connection first = publisher();
        JsonNode asked = first.next().path("subscribe");
        first.subscribed(asked.path("id").asText(), "e", true, 42);
        first.close(ErrorCode.SHUTTING_DOWN.closeCode());
        Connection second = publisher();
        second.subscribed(second.next().at("/subscribe/id").asText(), "other", false, 3);

        assertThat(asked.at("/after/offset").asLong()).isEqualTo(41);
        assertThat(peer.next().getSubscribed().getFrom()).isEqualTo(42);
        IngestSubscribed told = peer.next().getSubscribed();
        assertThat(told.getRecovered()).isFalse();
        assertThat(told.getEpoch()).isEqualTo("other");
        assertThat(told.getFrom()).isEqualTo(3);
    }

    @Test
    void shouldAskAgainWhileTheStreamMoves() {
        // given
        peer.subscribe(stream(1));
        Connection publisher = publisher();
        String id = publisher.next().at("/subscribe/id").asText();

        // when
        publisher.say("{'error':{'id':'" + id + "','code':'unavailable','message':'not now','retryable':true}}");

        // then
        assertThat(publisher.next().at("/subscribe/id").asText()).isEqualTo(id);
        publisher.subscribed(id, "e", true, 0);
        assertThat(peer.next().hasSubscribed()).isTrue();
    }

    @Test
    void shouldRefuseOneSubscriptionAndLetTheOthersGoOn() {
        // what the edge sees itself
        assertRefused(peer.subscribe(stream(1).setStream("x".repeat(256))), 1, "invalid_request", "stream");
        assertRefused(peer.subscribe(stream(1).setCredit(-1)), 1, "invalid_request", "credit");
        IngestPosition.Builder before = IngestPosition.newBuilder().setOffset(-2);
        assertRefused(peer.subscribe(stream(1).setAfter(before)), 1, "invalid_request", "after.offset");
        creditMore(1, 5);
        assertRefused(peer, 1, "invalid_request", "subscription");
        assertThat(edge.services().subscribers().isQuiet()).isTrue();

        // what the publisher says
        peer.subscribe(stream(1));
        Connection publisher = publisher();
        String id = publisher.next().at("/subscribe/id").asText();
        peer.subscribe(stream(2));
        String unknown = publisher.next().at("/subscribe/id").asText();
        publisher.say(
                "{'error':{'id':'" + unknown + "','code':'stream_not_found','message':'none','retryable':false}}");
        assertRefused(peer, 2, "stream_not_found", "");

        // and
        assertRefused(peer.subscribe(stream(1)), 1, "invalid_request", "subscription");
        creditMore(1, 0);
        assertRefused(peer, 1, "invalid_request", "n");
        publisher.subscribed(id, "e", true, 0);
        assertThat(peer.next().getSubscribed().getSubscription()).isEqualTo(1);
    }

    @Test
    void shouldCloseWhoAsksMoreThanAPublisherBears() throws Exception {
        peer.subscribe(stream(1));
        Connection publisher = publisher();
        publisher.next();
        publisher.close(ErrorCode.TOO_MANY_REQUESTS.closeCode());

        assertThat(peer.closed().get(10, TimeUnit.SECONDS)).isEqualTo(ErrorCode.TOO_MANY_REQUESTS.closeCode());
    }

    @Test
    void shouldKeepNothingForAClientThatDoesNotReadAndLoseNothing() {
        // given
        peer.subscribe(stream(1).setCredit(MANY));
        Connection publisher = publisher();
        String id = publisher.next().at("/subscribe/id").asText();
        publisher.subscribed(id, "e", true, 0);
        assertThat(peer.next().hasSubscribed()).isTrue();
        peer.hold();

        // when: as much as goes in, until nothing moves any more
        String text = "x".repeat(64 << 10);
        long sent = 0;
        while (sent < MANY && !staysFull(publisher)) {
            publisher.say("{'event':{'id':'" + id + "','offset':" + sent + ",'type':'result','x':'" + text + "'}}");
            sent++;
        }

        // then
        assertThat(sent).isLessThan(MANY);
        peer.release();
        for (long offset = 0; offset < sent; offset++) {
            assertThat(peer.next().getEvent().getOffset()).isEqualTo(offset);
        }
    }

    private static boolean staysFull(Connection publisher) {
        try {
            Eventually.check(Duration.ofSeconds(1), () -> !publisher.isFull(), "something moves");
            return false;
        } catch (AssertionError nothingMoves) {
            return true;
        }
    }

    private Connection publisher() {
        return edge.services().subscribers().next();
    }

    private void creditMore(int number, long n) {
        peer.send(IngestClientFrame.newBuilder()
                .setCreditMore(
                        IngestCreditMore.newBuilder().setSubscription(number).setN(n)));
    }

    private static IngestSubscribe.Builder stream(int number) {
        return IngestSubscribe.newBuilder().setSubscription(number).setStream("batch_a");
    }

    private static void assertRefused(NativePeer peer, int number, String code, String field) {
        IngestRefused refused = peer.awaitRefused().getRefused();
        assertThat(refused.getSubscription()).isEqualTo(number);
        assertThat(refused.hasSubscription()).isTrue();
        assertThat(refused.getCode()).isEqualTo(code);
        assertThat(refused.getField()).isEqualTo(field);
    }
}
