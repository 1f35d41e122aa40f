package io.millrace.runtime;

import io.millrace.runtime.config.HttpSettings;
import io.millrace.runtime.config.Setting;
import java.time.Duration;

/** A service that does nothing, as a program of its own for {@link ServiceMainIT}. */
public final class SampleService implements AutoCloseable {
    private SampleService() {}

    /** Its configuration. */
    public record Config(
            HttpSettings admin,

            @Setting(value = "50ms", doc = "Time to get ready.")
            Duration warmUp) {}

    /** Runs it. */
    public static void main(String[] args) {
        ServiceMain.run(args, Config.class, Config::admin, SampleService::start);
    }

    private static SampleService start(Config config, ServiceContext context) {
        System.out.println("while it starts: " + context.health().reasons());
        Health.Check check = context.health().register("sample");
        context.vertx().setTimer(config.warmUp().toMillis(), fired -> check.ready());
        return new SampleService();
    }

    @Override
    public void close() {
        System.out.println("closed");
    }
}
