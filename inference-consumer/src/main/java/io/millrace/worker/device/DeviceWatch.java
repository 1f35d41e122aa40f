package io.millrace.worker.device;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.runtime.metrics.Metric;
import io.millrace.worker.core.MemoryGuard;
import io.millrace.worker.metrics.WorkerMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the devices every five seconds, shows what they say, and carries out what the {@link MemoryGuard} decides. */
public final class DeviceWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final double limit;
    private final Optional<NvidiaSmi> smi;
    private final MeterRegistry meters;
    private final List<GuardedModel> models = new CopyOnWriteArrayList<>();
    private final Map<String, Device> seen = new ConcurrentHashMap<>();
    private final Map<String, MemoryGuard> guards = new HashMap<>();
    private final List<Gauge> gauges = new ArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    private DeviceWatch(double limit, String path, MeterRegistry meters) {
        this.limit = limit;
        this.smi = NvidiaSmi.find(path);
        this.meters = meters;
        this.thread = Thread.ofVirtual().name("device-watch").unstarted(this::run);
    }

    /**
     * Starts looking.
     *
     * @param limit share of a device's memory that may be used before models give some back
     * @param path where {@code nvidia-smi} is searched, as in the environment variable PATH
     */
    public static DeviceWatch start(double limit, String path, MeterRegistry meters) {
        DeviceWatch watch = new DeviceWatch(limit, path, meters);
        watch.thread.start();
        return watch;
    }

    /** From now on the model gives memory back when its device runs short. */
    public void guard(GuardedModel model) {
        models.add(model);
    }

    private void run() {
        try {
            do {
                look();
            } while (!stopped.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws InterruptedException {
        HostMemory.look().ifPresent(this::look);
        if (smi.isPresent()) {
            smi.get().devices().forEach(this::look);
        }
    }

    /** Shows the device, and does what its guard says; one caller at a time. */
    synchronized void look(Device device) {
        if (seen.put(device.name(), device) == null) {
            show(WorkerMetrics.DEVICE_MEMORY_USED, device, Device::used);
            show(WorkerMetrics.DEVICE_MEMORY, device, Device::total);
            show(WorkerMetrics.DEVICE_BUSY, device, now -> now.busy() < 0 ? Double.NaN : now.busy());
        }
        MemoryGuard guard = guards.computeIfAbsent(device.name(), name -> new MemoryGuard(limit));
        List<GuardedModel> own = models.stream()
                .filter(model -> model.device().equals(device.name()))
                .toList();
        Map<String, Long> loaded = own.stream()
                .filter(model -> model.backend().isLoaded())
                .collect(Collectors.toMap(
                        GuardedModel::name, model -> model.backend().lastUsedNanos()));
        switch (guard.next(device.usedShare(), loaded, System.nanoTime())) {
            case MemoryGuard.Step.Nothing nothing -> {}
            case MemoryGuard.Step.LowerBatches lower -> {
                LOG.warn("memory of {} runs short: batches become smaller", device.name());
                own.forEach(model -> model.runner().lowerBatches());
            }
            case MemoryGuard.Step.Unload unload -> {
                LOG.atWarn()
                        .addKeyValue("model", unload.model())
                        .log("memory of {} runs short: an idle model is unloaded", device.name());
                own.stream()
                        .filter(model -> model.name().equals(unload.model()))
                        .forEach(model -> model.backend().unload());
            }
        }
    }

    private void show(Metric metric, Device device, ToDoubleFunction<Device> figure) {
        gauges.add(metric.gauge(
                meters, seen, all -> figure.applyAsDouble(all.getOrDefault(device.name(), device)), device.name()));
    }

    @Override
    public void close() {
        stopped.countDown();
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        gauges.forEach(meters::remove);
    }
}
