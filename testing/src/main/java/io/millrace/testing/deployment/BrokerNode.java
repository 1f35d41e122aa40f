package io.millrace.testing.deployment;

import io.millrace.broker.LocalBroker;
import io.millrace.testing.Eventually;
import java.time.Duration;

/** A broker of the deployment's cluster. */
record BrokerNode(String name, LocalBroker broker) implements Node {
    private static final Duration STOP_BOUND = Duration.ofMinutes(1);

    @Override
    public Kind kind() {
        return Kind.BROKER;
    }

    @Override
    public long pid() {
        return broker.pid();
    }

    @Override
    public boolean isAlive() {
        return broker.isAlive();
    }

    @Override
    public void kill() {
        broker.kill();
    }

    @Override
    public void terminate() {
        Signals.send(pid(), "TERM");
        Eventually.check(STOP_BOUND, () -> !broker.isAlive(), name + " ends after SIGTERM");
    }

    @Override
    public void restart() {
        broker.restart();
    }
}
