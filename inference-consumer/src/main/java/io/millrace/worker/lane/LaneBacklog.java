package io.millrace.worker.lane;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.metrics.Metric;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.worker.core.Backlog;
import io.millrace.worker.metrics.WorkerMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks now and then how much waits in the lanes, and shows it as the figure by which workers are scaled. */
public final class LaneBacklog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LaneBacklog.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Admin admin;
    private final Map<Place, Backlog> lanes = new LinkedHashMap<>();
    private final List<Gauge> gauges = new ArrayList<>();
    private final MeterRegistry meters;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    private LaneBacklog(KafkaSettings kafka, MeterRegistry meters) {
        this.admin = Admin.create(kafka.client(Map.of()));
        this.meters = meters;
        this.thread = Thread.ofVirtual().name("lane-backlog").unstarted(this::run);
    }

    private record Place(String model, Lane lane) {}

    /** Starts looking at all lanes of these models. */
    public static LaneBacklog start(KafkaSettings kafka, List<String> models, MeterRegistry meters) {
        LaneBacklog backlog = new LaneBacklog(kafka, meters);
        for (String model : models) {
            for (Lane lane : Lane.values()) {
                backlog.add(new Place(model, lane));
            }
        }
        backlog.thread.start();
        return backlog;
    }

    private void add(Place place) {
        Backlog backlog = new Backlog();
        lanes.put(place, backlog);
        show(WorkerMetrics.BACKLOG_RECORDS, place, backlog, Backlog::waiting);
        show(WorkerMetrics.BACKLOG, place, backlog, Backlog::seconds);
    }

    private void show(Metric metric, Place place, Backlog backlog, ToDoubleFunction<Backlog> figure) {
        ToDoubleFunction<Backlog> read = shown -> {
            synchronized (shown) {
                return figure.applyAsDouble(shown);
            }
        };
        gauges.add(
                metric.gauge(meters, backlog, read, place.model(), place.lane().suffix()));
    }

    private void run() {
        try {
            do {
                for (Map.Entry<Place, Backlog> lane : lanes.entrySet()) {
                    look(lane.getKey(), lane.getValue());
                }
            } while (!stopped.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(Place place, Backlog backlog) throws InterruptedException {
        String topic = Topics.requests(place.model(), place.lane());
        String group = ShareGroups.name(place.model(), place.lane());
        try {
            Map<TopicPartition, Long> ends = ends(topic);
            Map<TopicPartition, SharePartitionOffsetInfo> offsets = admin.listShareGroupOffsets(
                            Map.of(group, new ListShareGroupOffsetsSpec()))
                    .partitionsToOffsetInfo(group)
                    .get();
            long waiting = 0;
            long settled = 0;
            for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
                @Nullable SharePartitionOffsetInfo info = offsets.get(end.getKey());
                long lag = info == null ? end.getValue() : info.lag().orElse(0L);
                waiting += lag;
                settled += end.getValue() - lag;
            }
            synchronized (backlog) {
                backlog.look(waiting, settled, System.nanoTime());
            }
        } catch (ExecutionException e) {
            LOG.atDebug().addKeyValue("lane", topic).setCause(e.getCause()).log("the backlog is not known now");
        }
    }

    private Map<TopicPartition, Long> ends(String topic) throws InterruptedException, ExecutionException {
        int partitions = admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .values()
                .iterator()
                .next()
                .partitions()
                .size();
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            asked.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(asked).all().get().forEach((where, end) -> ends.put(where, end.offset()));
        return ends;
    }

    @Override
    public void close() {
        stopped.countDown();
        thread.interrupt();
        admin.close(Duration.ZERO);
        gauges.forEach(meters::remove);
    }
}
