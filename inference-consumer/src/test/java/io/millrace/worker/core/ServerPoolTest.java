package io.millrace.worker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.worker.core.ServerPool.Ending;
import io.millrace.worker.core.ServerPool.Server;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerPoolTest {
    private static final long SECOND = 1_000_000_000L;

    private final ServerPool<String> pool = new ServerPool<>(List.of("a", "b"), 8);

    @Test
    void shouldShareRequestsOutAndStopAtTheLimit() {
        List<String> taken = List.of(take(0), take(0), take(0), take(0));

        assertThat(taken).containsExactlyInAnyOrder("a", "a", "b", "b");
        assertThat(pool.take(0)).isEmpty();
    }

    @Test
    void shouldLeaveAServerAloneThatBreaksThreeTimesAndTryItOutLater() {
        for (int i = 0; i < 3; i++) {
            pool.ended(server("a", 0), new Ending.Broken(), 0);
        }

        assertThat(List.of(take(0), take(0))).containsOnly("b");
        assertThat(pool.take(0)).isEmpty();
        Server<String> trial = pool.take(2 * SECOND).orElseThrow();
        assertThat(trial.address()).isEqualTo("a");
        assertThat(pool.take(2 * SECOND)).isEmpty();
        pool.ended(trial, new Ending.Answered(1), 2 * SECOND);
        assertThat(List.of(take(2 * SECOND), take(2 * SECOND))).containsOnly("a");
    }

    @Test
    void shouldWaitAsLongAsAServerAskedEvenWhenItAnswersWhatItHas() {
        Server<String> earlier = server("a", 0);
        pool.ended(server("a", 0), new Ending.Overloaded(1, Duration.ofSeconds(5)), 0);
        pool.ended(earlier, new Ending.Answered(1), SECOND);

        assertThat(List.of(take(SECOND), take(SECOND))).containsOnly("b");
        assertThat(pool.take(SECOND)).isEmpty();
        assertThat(pool.take(6 * SECOND).map(Server::address)).hasValue("a");
    }

    @Test
    void shouldSayWhenNoServerIsWell() {
        pool.servers().forEach(server -> pool.suspect(server, 0));

        assertThat(pool.anyHealthy()).isFalse();
        pool.heal(pool.servers().getFirst());
        assertThat(pool.anyHealthy()).isTrue();
        assertThat(take(0)).isEqualTo("a");
    }

    private String take(long now) {
        return pool.take(now).orElseThrow().address();
    }

    /** Takes this server; what had to be taken before is given back. */
    private Server<String> server(String address, long now) {
        Server<String> taken = pool.take(now).orElseThrow();
        if (taken.address().equals(address)) {
            return taken;
        }
        Optional<Server<String>> other = pool.take(now);
        pool.ended(taken, new Ending.Withdrawn(), now);
        return other.orElseThrow();
    }
}
