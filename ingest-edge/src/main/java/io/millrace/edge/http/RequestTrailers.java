package io.millrace.edge.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import org.jspecify.annotations.Nullable;

/** The trailers of an HTTP/1.1 request, which Vert.x does not hand on: they are caught on their way to it. */
public final class RequestTrailers {
    private volatile HttpHeaders trailers = EmptyHttpHeaders.INSTANCE;

    private RequestTrailers() {}

    /** Waits for them. To be called on the request's event loop, before its first handler returns. */
    public static RequestTrailers of(HttpServerRequest request) {
        RequestTrailers caught = new RequestTrailers();
        if (request.connection() instanceof HttpServerConnection connection) {
            ChannelPipeline pipeline = connection.channelHandlerContext().pipeline();
            pipeline.addBefore(connection.channelHandlerContext().name(), null, caught.new Catcher());
        }
        return caught;
    }

    /** The value of one; only after the body's end. */
    public @Nullable String get(String name) {
        return trailers.get(name);
    }

    /** Goes as soon as the request has ended. */
    private final class Catcher extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof LastHttpContent last) {
                trailers = last.trailingHeaders();
                context.pipeline().remove(this);
            }
            context.fireChannelRead(message);
        }
    }
}
