package io.millrace.publisher.webhooks;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.publisher.WebhookSettings;
import io.millrace.publisher.core.RetryPlan;
import io.millrace.publisher.core.Timer;
import io.millrace.publisher.metrics.PublisherMetrics;
import io.millrace.publisher.topology.StoredStreams;
import io.millrace.runtime.kafka.RecordProducer;
import io.millrace.schemas.Topics;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamState;
import io.millrace.schemas.v1.WebhookSettled;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Sends the webhooks of ended jobs when the {@link RetryPlan} says so. That one was told stands in the job's stream; until then it is
 * tried again, also after a restart and by whoever takes the stream over. Threads of its own do it, so nothing waits for a slow
 * receiver but its other webhooks.
 */
public final class WebhookSweep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookSweep.class);
    private static final int MOST_PER_SWEEP = 1_000;
    private static final int MOST_IN_HAND = 10_000;
    private static final int GONE = 410;
    private static final long INTERVAL_MS = 250;

    private final StoredStreams stored;
    private final RecordProducer producer;
    private final WebhookClient client;
    private final Clock clock;
    private final long giveUpAfterMs;
    private final ReceiverTurns turns;
    private final Semaphore inHand = new Semaphore(MOST_IN_HAND);
    private final Counter delivered;
    private final Counter failed;
    private final Counter givenUp;
    private final Set<Timer> inWork = ConcurrentHashMap.newKeySet();
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("publisher-webhooks").daemon().factory());
    private Set<Integer> partitions = Set.of();
    private long sweptUntilMs = Long.MIN_VALUE;

    private WebhookSweep(
            Vertx vertx,
            StoredStreams stored,
            RecordProducer producer,
            Clock clock,
            WebhookSettings settings,
            MeterRegistry meters) {
        this.stored = stored;
        this.producer = producer;
        this.clock = clock;
        this.client = new WebhookClient(vertx, settings);
        this.giveUpAfterMs = settings.giveUpAfter().toMillis();
        this.turns = new ReceiverTurns(settings.atOnce());
        this.delivered = counter(meters, "delivered");
        this.failed = counter(meters, "failed");
        this.givenUp = counter(meters, "given_up");
    }

    private static Counter counter(MeterRegistry meters, String outcome) {
        return PublisherMetrics.WEBHOOKS.counter(meters, outcome);
    }

    /** Starts it; the settings have a secret. What was told goes into the topic of jobs through this producer. */
    public static WebhookSweep start(
            Vertx vertx,
            StoredStreams stored,
            RecordProducer producer,
            Clock clock,
            WebhookSettings settings,
            MeterRegistry meters) {
        WebhookSweep sweep = new WebhookSweep(vertx, stored, producer, clock, settings, meters);
        var unused = sweep.thread.scheduleWithFixedDelay(
                sweep::sweepSafely, INTERVAL_MS, INTERVAL_MS, TimeUnit.MILLISECONDS);
        return sweep;
    }

    private void sweepSafely() {
        try {
            sweep();
        } catch (MillraceException e) {
            LOG.atDebug().setCause(e).log("webhooks cannot be read just now");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a sweep of webhooks failed");
        }
    }

    private void sweep() throws InterruptedException {
        Set<Integer> owned = stored.jobPartitions();
        // Whoever had them before may have died between two attempts.
        long from = owned.equals(partitions) ? sweptUntilMs : Long.MIN_VALUE;
        long now = clock.millis();
        List<Timer> due = stored.webhooks(now, webhook -> isDue(webhook, from, now), MOST_PER_SWEEP);
        for (Timer webhook : due) {
            if (inWork.add(webhook)) {
                inHand.acquire();
                senders.execute(() -> work(webhook));
            }
        }
        if (due.size() < MOST_PER_SWEEP) {
            partitions = owned;
            sweptUntilMs = now;
        }
    }

    private boolean isDue(Timer webhook, long from, long now) {
        long ended = webhook.dueMs();
        return !inWork.contains(webhook)
                && (now - ended > giveUpAfterMs
                        || RetryPlan.isDue(
                                WebhookMessage.id(webhook.stream(), (int) webhook.item()),
                                from == Long.MIN_VALUE ? -1 : from - ended,
                                now - ended));
    }

    private void work(Timer webhook) {
        try {
            Optional<URI> url = stored.state(webhook.stream()).map(state -> url(webhook, state));
            if (url.isPresent()) {
                turns.take(
                        url.get().getAuthority(),
                        () -> stored.state(webhook.stream()).ifPresent(state -> send(webhook, state)));
            }
        } catch (MillraceException e) {
            LOG.atDebug().setCause(e).log("a webhook's job cannot be read just now");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            inWork.remove(webhook);
            inHand.release();
        }
    }

    private void send(Timer webhook, StreamState state) {
        if (clock.millis() - webhook.dueMs() > giveUpAfterMs) {
            givenUp.increment();
            log(webhook).log("a webhook could not be delivered and is given up");
            settle(webhook);
            return;
        }
        try {
            int status = client.send(
                    url(webhook, state),
                    WebhookMessage.of(webhook.stream(), state, (int) webhook.item()),
                    clock.millis() / 1000);
            if (status / 100 == 2 || status == GONE) {
                delivered.increment();
                settle(webhook);
            } else {
                failed.increment();
                log(webhook).addKeyValue("status", status).log("a webhook was not taken and is sent again later");
            }
        } catch (IOException e) {
            failed.increment();
            log(webhook).setCause(e).log("a webhook could not be sent and is sent again later");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static URI url(Timer webhook, StreamState state) {
        return URI.create(state.getJob().getParameters().getWebhookUrls((int) webhook.item()));
    }

    private static LoggingEventBuilder log(Timer webhook) {
        return LOG.atWarn()
                .addKeyValue("job", webhook.stream().id())
                .addKeyValue("webhook", WebhookMessage.id(webhook.stream(), (int) webhook.item()));
    }

    private void settle(Timer webhook) {
        StreamEvent event = StreamEvent.newBuilder()
                .setTenant(webhook.stream().tenant())
                .setStreamId(webhook.stream().id())
                .setWebhookSettled(WebhookSettled.newBuilder().setIndex((int) webhook.item()))
                .build();
        var unused = producer.send(new ProducerRecord<>(
                        Topics.RESULTS_JOBS,
                        webhook.stream().id().getBytes(StandardCharsets.UTF_8),
                        event.toByteArray()))
                .whenComplete((where, failure) -> {
                    if (failure != null) {
                        log(webhook).setCause(failure).log("that a webhook was sent could not be written");
                    }
                });
    }

    @Override
    public void close() {
        thread.shutdownNow();
        senders.shutdownNow();
        client.close();
    }
}
