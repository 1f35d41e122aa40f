package io.millrace.worker.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.testing.Eventually;
import io.millrace.worker.core.BatchLimits;
import io.millrace.worker.inference.InferenceBackend;
import io.millrace.worker.inference.ModelInput;
import io.millrace.worker.inference.ModelRunner;
import io.millrace.worker.inference.OnDemandBackend;
import io.millrace.worker.inference.Preparation;
import io.millrace.worker.inference.WorkerMeters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A script in the place of NVIDIA's program. */
class DeviceWatchIT {
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicInteger loads = new AtomicInteger();
    private final AtomicInteger closes = new AtomicInteger();

    @Test
    void shouldShowWhatNvidiaSmiSays(@TempDir Path folder) throws IOException {
        Path program = folder.resolve("nvidia-smi");
        Files.writeString(
                program, "#!/bin/sh\ncase \"$1\" in --query-gpu=*) echo '0, 512, 1024, 50';; *) exit 3;; esac\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));

        try (DeviceWatch watch = DeviceWatch.start(1, "/nowhere:" + folder, meters)) {
            Eventually.check(
                    () -> meters.find("millrace.worker.device.busy")
                                    .tag("device", "gpu0")
                                    .gauge()
                            != null,
                    "the GPU is shown");

            assertThat(value("millrace.worker.device.memory.used")).isEqualTo(512 << 20);
            assertThat(value("millrace.worker.device.memory.total")).isEqualTo(1024 << 20);
            assertThat(value("millrace.worker.device.busy")).isEqualTo(0.5);
            assertThat(watch).isNotNull();
        }
        assertThat(meters.find("millrace.worker.device.busy").gauge()).isNull();
    }

    @Test
    void shouldUnloadAnIdleModelThatItsNextRequestLoadsAgain() throws Exception {
        OnDemandBackend backend = new OnDemandBackend(FakeBackend::new, new WorkerMeters(meters, "m"));
        assertThat(backend.isLoaded()).isFalse();

        assertThat(backend.prepare(InferenceRequest.getDefaultInstance())).isInstanceOf(Preparation.Ready.class);
        assertThat(backend.isLoaded()).isTrue();
        backend.unload();
        assertThat(backend.isLoaded()).isFalse();
        assertThat(backend.run(List.of(new ModelInput(new long[] {1})))).hasSize(1);

        assertThat(loads).hasValue(2);
        backend.close();
        assertThat(closes).hasValue(2);
    }

    @Test
    void shouldLowerTheBatchesOfADeviceThatRunsShort() throws Exception {
        OnDemandBackend backend = new OnDemandBackend(FakeBackend::new, new WorkerMeters(meters, "m"));
        backend.load();
        try (ModelRunner runner = ModelRunner.start(
                        "m",
                        backend,
                        new BatchLimits(8, 4096, 1000, 1, 0),
                        0.1,
                        1,
                        InstantSource.system(),
                        new WorkerMeters(meters, "m"));
                DeviceWatch watch = DeviceWatch.start(0.85, "", meters)) {
            watch.guard(new GuardedModel("m", Device.gpu(0), backend, runner));

            watch.look(new Device("gpu0", 90, 100, -1));
            watch.look(new Device("gpu0", 90, 100, -1));
            watch.look(new Device("gpu0", 90, 100, -1));

            assertThat(runner.largestBatch()).isEqualTo(2);
            assertThat(backend.isLoaded()).as("the only model stays").isTrue();
        }
    }

    private double value(String name) {
        return meters.get(name).tag("device", "gpu0").gauge().value();
    }

    private final class FakeBackend implements InferenceBackend {
        FakeBackend() {
            loads.incrementAndGet();
        }

        @Override
        public Preparation prepare(InferenceRequest request) {
            return new Preparation.Ready(List.of(new ModelInput(new long[] {1})), outputs -> ByteString.EMPTY);
        }

        @Override
        public List<float[]> run(List<ModelInput> batch) {
            return batch.stream().map(input -> new float[1]).toList();
        }

        @Override
        public void close() {
            closes.incrementAndGet();
        }
    }
}
