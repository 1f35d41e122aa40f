package io.millrace.runtime.kafka;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.metrics.RuntimeMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records, idempotent and acknowledged by all replicas in sync, without ever blocking the caller; so it may be
 * called on event loops. Thread-safe. What one thread sends to one key arrives in that order.
 *
 * <p>Kafka's own {@code send} would wait while a topic's metadata is unknown: at first, and again when no broker can be reached,
 * because a client then forgets them (KIP-899). Here it does not wait; such a record, and everything after it until it is through,
 * goes to a thread of the producer's own. Otherwise the caller's thread does the work.
 */
public final class RecordProducer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecordProducer.class);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);
    private static final int RECORD_OVERHEAD = 100;
    /** Memory for batches that are only partly filled, beyond the bytes that are counted. */
    private static final long BATCH_SLACK = 32L << 20;
    /** Kafka would forget the metadata of a topic that was quiet for five minutes, and hold up the next record. */
    private static final long NEVER_FORGET_MS = Long.MAX_VALUE / 2;
    /** Kafka tells nobody that it knows a topic now. */
    private static final long LOOK_AGAIN_MS = 10;

    private final Producer<byte[], byte[]> producer;
    private final MeterRegistry meters;
    private final KafkaClientMetrics metrics;
    private final Gauge buffered;
    private final Duration deliveryTimeout;
    private final ByteBudget budget;
    private final BlockingQueue<Sending> handedOver = new LinkedBlockingQueue<>();
    /** Records that are handed over and not yet with Kafka; while there are any, nobody overtakes them. */
    private final AtomicInteger waiting = new AtomicInteger();

    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread sender;
    private volatile boolean closed;
    private volatile boolean senderEnded;

    /** Starts it; no connection is needed yet. */
    public RecordProducer(KafkaSettings kafka, ProducerOptions options, MeterRegistry meters) {
        producer = new KafkaProducer<>(config(kafka, options), new ByteArraySerializer(), new ByteArraySerializer());
        budget = new ByteBudget(options.buffer().bytes());
        metrics = new KafkaClientMetrics(producer);
        metrics.bindTo(meters);
        this.meters = meters;
        deliveryTimeout = options.deliveryTimeout();
        buffered = RuntimeMetrics.PRODUCER_BUFFERED.gauge(meters, budget, ByteBudget::taken, options.clientId());
        sender = Thread.ofPlatform()
                .name(options.clientId() + "-sender")
                .daemon()
                .start(() -> runSender(options));
    }

    private static Map<String, Object> config(KafkaSettings kafka, ProducerOptions options) {
        Map<String, Object> config = kafka.client(options.properties());
        int timeoutMs = Math.toIntExact(options.deliveryTimeout().toMillis());
        config.put(ProducerConfig.CLIENT_ID_CONFIG, options.clientId());
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeoutMs);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(kafka.requestTimeoutMs(), timeoutMs / 2));
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 3 * options.buffer().bytes() + BATCH_SLACK);
        config.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, NEVER_FORGET_MS);
        config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 0);
        return config;
    }

    /**
     * Sends a record. The future completes on a thread of Kafka's, which must not be blocked: normally when all replicas
     * in sync have the record, exceptionally with Kafka's exception when it cannot be delivered in time, or at once with
     * {@link BufferExhaustedException} when the caller went on long after there was no {@link #room}.
     */
    public CompletableFuture<ProducedTo> send(ProducerRecord<byte[], byte[]> record) {
        Sending sending = new Sending(record, size(record), deliveryTimeout);
        if (closed) {
            sending.result().completeExceptionally(new KafkaException("the producer is closed"));
        } else if (!budget.take(sending.size())) {
            sending.result()
                    .completeExceptionally(new BufferExhaustedException(
                            "more than twice the buffer is in flight: " + budget.taken() + " bytes"));
        } else if (waiting.get() > 0 || !produce(sending)) {
            waiting.incrementAndGet();
            handedOver.add(sending);
            if (senderEnded) {
                failRest();
            }
        }
        return sending.result();
    }

    /** Bytes that are not yet acknowledged. */
    public long bufferedBytes() {
        return budget.taken();
    }

    /** Whether to go on sending; after false, wait for {@link #onRoom}. */
    public boolean room() {
        return budget.room();
    }

    /** Calls it once when at most half of the buffer is in use: now, or later on a thread that must not be blocked. */
    public void onRoom(Runnable action) {
        budget.onRoom(action);
    }

    /** Refuses new records, waits some seconds for those in flight, then fails them. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        handedOver.add(Sending.END);
        try {
            if (!sender.join(CLOSE_PATIENCE)) {
                LOG.warn("closed with records that no broker took");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end.countDown();
        senderEnded = true;
        producer.close(CLOSE_PATIENCE);
        failRest();
        metrics.close();
        meters.remove(buffered);
    }

    /** Whether Kafka took it; it does not while it does not know the topic. */
    private boolean produce(Sending sending) {
        sending.handing(Thread.currentThread());
        try {
            Future<RecordMetadata> unused = producer.send(sending.record(), (where, failure) -> {
                if (failure instanceof TimeoutException && sending.isBeingHandedBy(Thread.currentThread())) {
                    sending.notTaken();
                } else {
                    finish(sending, where, failure);
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            finish(sending, null, e);
        }
        return sending.handed();
    }

    private void finish(Sending sending, @Nullable RecordMetadata where, @Nullable Exception failure) {
        if (!sending.settle()) {
            return;
        }
        budget.giveBack(sending.size());
        if (failure != null || where == null) {
            sending.result().completeExceptionally(failure == null ? new KafkaException("no answer") : failure);
        } else {
            sending.result().complete(new ProducedTo(where.partition(), where.offset()));
        }
    }

    private void runSender(ProducerOptions options) {
        try {
            options.topics().forEach(this::askForMetadata);
            for (Sending next = handedOver.take(); next != Sending.END; next = handedOver.take()) {
                produceInTime(next);
                waiting.decrementAndGet();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void produceInTime(Sending sending) throws InterruptedException {
        boolean ended = false;
        while (!ended && !sending.overdue()) {
            if (produce(sending)) {
                return;
            }
            ended = end.await(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
        }
        finish(
                sending,
                null,
                ended
                        ? new KafkaException("the producer is closed")
                        : new TimeoutException(
                                "no metadata of " + sending.record().topic() + " in time"));
    }

    private void askForMetadata(String topic) {
        try {
            producer.partitionsFor(topic);
        } catch (TimeoutException e) {
            LOG.atDebug().addKeyValue("topic", topic).log("metadata asked for");
        } catch (KafkaException e) {
            LOG.atWarn().addKeyValue("topic", topic).setCause(e).log("no metadata yet");
        }
    }

    private void failRest() {
        for (Sending left = handedOver.poll(); left != null; left = handedOver.poll()) {
            if (left != Sending.END) {
                finish(left, null, new KafkaException("the producer is closed"));
            }
        }
    }

    private static long size(ProducerRecord<byte[], byte[]> record) {
        long size = (long) RECORD_OVERHEAD + length(record.key()) + length(record.value());
        for (Header header : record.headers()) {
            size += (long) header.key().length() + length(header.value());
        }
        return size;
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
