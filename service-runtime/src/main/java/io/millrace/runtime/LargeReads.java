package io.millrace.runtime;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Java's own sockets, but servers read more at once from a client that sends a lot than Netty's 64 KiB, because each piece of a
 * large frame is copied when the next one comes. From a client that sends little they read little.
 */
final class LargeReads implements Transport {
    /** Bytes of one read at most; what it brings of a body is handed on as it is. */
    static final int LARGEST = 256 << 10;

    private static final int SMALLEST = 64;
    private static final int FIRST = 2 << 10;

    private final NioTransport sockets = new NioTransport() {
        @Override
        @SuppressWarnings("deprecation") // Netty has no other way yet.
        public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap server) {
            super.configure(config, domainSocket, server);
            server.childOption(
                    ChannelOption.RCVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(SMALLEST, FIRST, LARGEST));
        }
    };

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public boolean available() {
        return sockets.isAvailable();
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return sockets.unavailabilityCause();
    }

    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
        return sockets;
    }
}
