package io.millrace.edge.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.Map;

/** An answer before the answer, of a kind that Vert.x has no call for. HTTP/1.1 only. */
public final class InterimResponse {
    private InterimResponse() {}

    /**
     * Sends it, unless the final answer has begun. To be called on the request's event loop.
     *
     * @param status from 102 to 199
     */
    public static void send(HttpServerRequest request, int status, String reason, Map<String, String> headers) {
        HttpServerResponse response = request.response();
        if (request.version() == HttpVersion.HTTP_1_1
                && !response.headWritten()
                && !response.closed()
                && request.connection() instanceof HttpServerConnection connection) {
            HttpHeaders fields = new DefaultHttpHeaders();
            headers.forEach(fields::set);
            // Where it cannot be written, the final answer cannot be either.
            ChannelFuture unused = connection
                    .channelHandlerContext()
                    .writeAndFlush(new DefaultFullHttpResponse(
                            io.netty.handler.codec.http.HttpVersion.HTTP_1_1,
                            HttpResponseStatus.valueOf(status, reason),
                            Unpooled.EMPTY_BUFFER,
                            fields,
                            EmptyHttpHeaders.INSTANCE));
        }
    }
}
