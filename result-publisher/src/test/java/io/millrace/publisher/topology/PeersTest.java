package io.millrace.publisher.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;

class PeersTest {
    @Test
    void shouldSayThatItCannotTellNowWhileItsServiceStartsOrStops() {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream("in").to("out");
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "peers");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
        KafkaStreams streams = new KafkaStreams(builder.build(), config);
        Peers peers = new Peers(streams, new HostInfo("127.0.0.1", 1), List.of());

        requireUnavailable(peers);
        streams.close();
        requireUnavailable(peers);
    }

    private static void requireUnavailable(Peers peers) {
        assertThatThrownBy(peers::others)
                .isInstanceOfSatisfying(
                        MillraceException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    }
}
