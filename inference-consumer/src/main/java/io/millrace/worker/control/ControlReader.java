package io.millrace.worker.control;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Topics;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.Control;
import io.millrace.worker.inference.OpenAttempts;
import io.millrace.worker.lane.DeadLetterSink;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the control topic from its beginning, because a worker that starts now may fetch what was cancelled or tried long ago; and
 * ends late attempts on the way. Where it cannot, work is wasted, but none is lost, so it never stops the worker.
 */
public final class ControlReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlReader.class);
    /** Also how late a deadline may be noticed. */
    private static final Duration POLL = Duration.ofMillis(250);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final KafkaSettings kafka;
    private final OpenAttempts open;
    private final AttemptLog attempts;
    private final DeadLetterSink deadLetters;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    private ControlReader(KafkaSettings kafka, OpenAttempts open, AttemptLog attempts, DeadLetterSink deadLetters) {
        this.kafka = kafka;
        this.open = open;
        this.attempts = attempts;
        this.deadLetters = deadLetters;
        this.thread = Thread.ofPlatform().name("worker-control").unstarted(this::run);
    }

    /**
     * Starts reading; the topic may still be made.
     *
     * @param open told of cancellations
     * @param attempts told of attempts
     * @param deadLetters gets what is neither; every worker sends it, and it is one dead letter all the same
     */
    public static ControlReader start(
            KafkaSettings kafka, OpenAttempts open, AttemptLog attempts, DeadLetterSink deadLetters) {
        ControlReader reader = new ControlReader(kafka, open, attempts, deadLetters);
        reader.thread.start();
        return reader;
    }

    private void run() {
        try {
            do {
                read();
            } while (!pause());
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean pause() throws InterruptedException {
        open.endLate();
        return stopped.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Until it is stopped or Kafka fails. */
    private void read() {
        Map<String, Object> config = kafka.client(Map.of(
                ConsumerConfig.CLIENT_ID_CONFIG,
                "worker-control",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"));
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.CONTROL).stream()
                    .map(found -> new TopicPartition(found.topic(), found.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            attempts.restart();
            while (stopped.getCount() > 0 && !partitions.isEmpty()) {
                consumer.poll(POLL).forEach(this::apply);
                open.endLate();
            }
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            LOG.warn("the control topic cannot be read; trying again", e);
        }
    }

    private void apply(ConsumerRecord<byte[], byte[]> record) {
        try {
            apply(Control.parseFrom(record.value()));
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            var unused =
                    deadLetters.send(record, ErrorCode.INVALID_RECORD, "the value is no Control: " + e.getMessage());
        }
    }

    private void apply(Control notice) {
        switch (notice.getNoticeCase()) {
            case CANCELLED_JOB_ID -> open.cancel(notice.getCancelledJobId());
            case CANCELLED_REQUEST_ID -> open.cancel(notice.getCancelledRequestId());
            case ATTEMPT_BEGUN -> attempts.begun(notice.getAttemptBegun());
            case GIVEN_BACK_REQUEST_ID -> attempts.givenBack(notice.getGivenBackRequestId());
            case NOTICE_NOT_SET -> {
                // From a newer version: nothing that this one needs to know.
            }
        }
    }

    @Override
    public void close() {
        stopped.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
