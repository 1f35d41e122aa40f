package io.millrace.worker.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NvidiaSmiTest {
    @Test
    void shouldReadOneLineForEachDevice() {
        assertThat(NvidiaSmi.parse("0, 1024, 2048, 35\n1, 10, 4096, [N/A]\n"))
                .containsExactly(
                        new Device("gpu0", 1024L << 20, 2048L << 20, 0.35),
                        new Device("gpu1", 10L << 20, 4096L << 20, -1));
    }

    @Test
    void shouldLeaveOutWhatMakesNoSense() {
        assertThat(NvidiaSmi.parse("No devices were found\n0, [N/A], 2048, 1\n1, 1, 0, 1\n\n"))
                .isEmpty();
    }

    @Test
    void shouldCountWhatThePageCacheWouldGiveBackAsFree() {
        assertThat(HostMemory.parse(List.of("MemTotal:       1000 kB", "MemFree:  10 kB", "MemAvailable:    600 kB")))
                .contains(new Device("host", 400 * 1024, 1000 * 1024, -1));
        assertThat(HostMemory.parse(List.of("MemTotal: 1000 kB"))).isEmpty();
    }
}
