package io.millrace.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.LoggerFactory;

/**
 * What the parts of one process share.
 *
 * @param vertx event loops and timers
 * @param meters where everything is measured
 * @param health where every part says whether it is ready
 */
public record ServiceContext(Vertx vertx, MeterRegistry meters, Health health) implements AutoCloseable {
    private static final long CLOSE_SECONDS = 10;

    /** A new one, with its own event loops and meters of the JVM. */
    public static ServiceContext create() {
        return create(Names.resolver());
    }

    /** The same with another resolver of names. */
    static ServiceContext create(AddressResolverOptions resolver) {
        Names.shortenInJvm();
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions().setAddressResolverOptions(resolver))
                .withTransport(new LargeReads())
                .build();
        return new ServiceContext(vertx, Meters.prometheus(), new Health());
    }

    /** Ends event loops and meters; everything that uses them must be closed before. */
    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LoggerFactory.getLogger(ServiceContext.class).warn("event loops did not end cleanly", e);
        }
        meters.close();
    }
}
