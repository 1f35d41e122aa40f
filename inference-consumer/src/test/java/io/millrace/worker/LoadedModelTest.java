package io.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.runtime.config.ModelSettings;
import io.millrace.worker.core.BatchLimits;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadedModelTest {
    @Test
    void shouldBoundRunsAsSuitsTheDevice() {
        assertThat(limits("cpu", 1)).satisfies(one -> {
            assertThat(one.tokens()).isEqualTo(256);
            assertThat(one.padding()).isZero();
        });
        assertThat(limits("cpu", 4).tokens()).isEqualTo(1024);
        assertThat(limits("cuda", 1)).satisfies(gpu -> {
            assertThat(gpu.tokens()).isEqualTo(4096);
            assertThat(gpu.padding()).isEqualTo(0.5);
        });
    }

    @Test
    void shouldBoundRunsAsTheOperatorSays() {
        BatchLimits limits = limits("cpu", 4, "max_batch_tokens=77", "max_padding=0.3");

        assertThat(limits.tokens()).isEqualTo(77);
        assertThat(limits.padding()).isEqualTo(0.3);
    }

    private static BatchLimits limits(String provider, int threads, String... worker) {
        return LoadedModel.limits(
                load(ModelSettings.class, "onnx.provider=" + provider), load(WorkerSettings.class, worker), threads);
    }

    private static <T extends Record> T load(Class<T> settings, String... set) {
        return ConfigLoader.load(settings, new ConfigSources(null, Map.of(), List.of(set)));
    }
}
