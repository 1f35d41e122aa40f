package io.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.millrace.testing.guarantee.NoGapNoRepeat;
import io.millrace.testing.link.FlakyLink;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@KafkaTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SubscriberFaultIT {
    private static final int MUCH = 1_000_000;
    /** Together far more than the buffers of any socket hold. */
    private static final int LARGE_RESULTS = 1_000;

    private static final int LARGE = 16 << 10;
    private static final long SILENCE_NANOS = 5_000_000_000L;
    private static final long PAUSE_NANOS = 50_000_000;

    private TestTopics topics;
    private RunningPublisher publisher;

    @BeforeAll
    void start(KafkaCluster kafka, @TempDir Path folder) {
        topics = new TestTopics(kafka);
        publisher = RunningPublisher.start(kafka.bootstrapServers(), folder, "it", Clock.systemUTC(), "ping=1s");
    }

    @AfterAll
    void stop() {
        publisher.close();
        topics.close();
    }

    @Test
    void shouldResumeAThousandTimesWithoutGapOrRepeatOverAJobOfFiveThousand() throws Exception {
        // given
        JobLog log = JobLog.ofJob();
        topics.send(log.submitted());
        topics.send(log.expanded(0, 5_000));
        for (long item = 0; item < 5_000; item++) {
            topics.sendSoon(log.success(item));
        }
        topics.sendSoon(log.expansionFinished(5_000, 5_000));
        Reader reader = new Reader(log);

        // when
        int cuts = 0;
        while (!reader.ended) {
            reader.read(publisher.port(), 1 + cuts % 9);
            cuts++;
        }

        // then
        assertThat(cuts).isGreaterThan(1_000);
        reader.requireOrder();
        assertThat(reader.results).isEqualTo(5_000);
    }

    @Test
    void shouldSendAFrozenSubscriberAwayAfterASilenceAndLetItGoOnWhenItThaws() throws Exception {
        // given
        JobLog log = large();
        Reader frozen = new Reader(log);
        try (RawSocket socket = frozen.open(publisher.port())) {
            frozen.take(socket, 10);
            double before = publisher.measured("millrace.publisher.events.sent");

            // when
            Reader other = new Reader(log);
            other.read(publisher.port(), MUCH);
            double sent = publisher.measured("millrace.publisher.events.sent") - before;
            Eventually.check(this::isAlone, "the frozen subscriber's socket is closed");

            // then
            other.requireOrder();
            assertThat(other.results).isEqualTo(LARGE_RESULTS);
            assertThat(sent).as("what was sent to both").isLessThan(1.8 * LARGE_RESULTS);
            frozen.take(socket, MUCH);
            assertThat(frozen.ended).isFalse();
        }
        frozen.read(publisher.port(), MUCH);
        frozen.requireOrder();
        assertThat(frozen.results).isEqualTo(LARGE_RESULTS);
    }

    @Test
    void shouldHoldNextToNothingForASubscriberThatNeverReads() throws Exception {
        // given
        JobLog log = large();
        double before = publisher.measured("millrace.publisher.events.sent");
        try (RawSocket deaf = new RawSocket(publisher.port())) {
            deaf.subscribe(log.id(), null, -1, 100);

            // when: it says something for longer than a silence may last
            long until = System.nanoTime() + SILENCE_NANOS;
            while (System.nanoTime() < until) {
                deaf.send("{\"credit\":{\"id\":\"a\",\"n\":1000}}");
                LockSupport.parkNanos(PAUSE_NANOS);
            }

            // then: another one, in one go, because what is sent to whom is cut off is sent again
            Reader other = new Reader(log);
            other.read(publisher.port(), MUCH);
            other.requireOrder();
            assertThat(other.results).isEqualTo(LARGE_RESULTS);
            double sent = publisher.measured("millrace.publisher.events.sent") - before;
            assertThat(sent).isLessThan(1.8 * LARGE_RESULTS);
            Eventually.check(
                    () -> publisher.measured("millrace.publisher.subscriptions") == 1, "only it is left, still open");
        }
        Eventually.check(this::isAlone, "its socket is gone");
    }

    @Test
    void shouldNoticeThatAConnectionIsHalfOpenAndLetTheSubscriberGoOnElsewhere() throws Exception {
        // given
        JobLog log = JobLog.ofJob();
        topics.send(log.submitted());
        topics.send(log.expanded(0, 2));
        topics.send(log.success(1));
        Reader reader = new Reader(log);
        try (FlakyLink link = FlakyLink.to(publisher.port());
                RawSocket socket = reader.open(link.port())) {
            reader.take(socket, 2);

            // when
            link.stall();
            topics.send(log.success(0));
            topics.send(log.expansionFinished(2, 2));

            // then
            Eventually.check(this::isAlone, "the half-open socket is closed");
        }
        reader.read(publisher.port(), MUCH);
        reader.requireOrder();
        assertThat(reader.results).isEqualTo(2);
    }

    private boolean isAlone() {
        return publisher.measured("millrace.publisher.sessions") == 0
                && publisher.measured("millrace.publisher.subscriptions") == 0;
    }

    private JobLog large() throws Exception {
        JobLog log = JobLog.ofJob();
        topics.send(log.submitted());
        topics.send(log.expanded(0, LARGE_RESULTS));
        String body = "\"" + "x".repeat(LARGE) + "\"";
        for (long item = 0; item < LARGE_RESULTS; item++) {
            topics.sendSoon(log.success(item, body));
        }
        topics.send(log.expansionFinished(LARGE_RESULTS, LARGE_RESULTS));
        return log;
    }

    /** A subscriber that remembers where it is. */
    private static final class Reader {
        private final JobLog log;
        private final NoGapNoRepeat ordered = new NoGapNoRepeat();
        private @Nullable String epoch;
        private boolean ended;
        private int results;

        Reader(JobLog log) {
            this.log = log;
        }

        /** Comes, takes so many events and cuts the connection without a word. */
        void read(int port, int events) throws IOException {
            if (ended) {
                return;
            }
            try (RawSocket socket = open(port)) {
                take(socket, events);
            }
        }

        RawSocket open(int port) throws IOException {
            RawSocket socket = new RawSocket(port);
            socket.subscribe(log.id(), epoch, ordered.position(), MUCH);
            JsonNode subscribed = socket.next().orElseThrow().path("subscribed");
            epoch = subscribed.path("epoch").asText();
            ordered.subscribed(
                    epoch,
                    subscribed.path("recovered").asBoolean(),
                    subscribed.path("from").asLong());
            return socket;
        }

        void take(RawSocket socket, int events) throws IOException {
            for (int taken = 0; taken < events && !ended; taken++) {
                Optional<JsonNode> frame = socket.next();
                if (frame.isEmpty()) {
                    return;
                }
                JsonNode event = frame.get().path("event");
                ordered.event(event.path("offset").asLong());
                results += event.path("type").asText().equals("result") ? 1 : 0;
                ended = event.path("type").asText().equals("end");
            }
        }

        void requireOrder() {
            assertThat(ordered.verdict().held())
                    .as(ordered.verdict().toString())
                    .isTrue();
            assertThat(ordered.restarts()).isZero();
        }
    }
}
