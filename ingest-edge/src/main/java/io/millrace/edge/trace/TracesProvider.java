package io.millrace.edge.trace;

import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.VertxServiceProvider;
import java.util.Objects;

/** Found by Vert.x itself: what a context keeps must be known before the first one exists. */
public final class TracesProvider implements VertxServiceProvider {
    @Override
    public void init(VertxBootstrap builder) {
        Objects.requireNonNull(Traces.OF_REQUEST);
    }
}
