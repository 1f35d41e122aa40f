package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.HttpSettings;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class FreePortIT {
    @Test
    void shouldNameTheKeyAndThePortOnWhichSomebodyListens() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HttpSettings taken = new HttpSettings("127.0.0.1", other.getLocalPort());
            assertThatThrownBy(() -> FreePort.require("http", taken))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("http.port: '" + other.getLocalPort() + "'");
        }
        assertThatCode(() -> FreePort.require("http", new HttpSettings("127.0.0.1", 0)))
                .doesNotThrowAnyException();
    }
}
