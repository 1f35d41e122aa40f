package io.millrace.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** Small requests that may be repeated: sends until an answer comes or patience ends. */
final class JsonCalls {
    private final HttpClient http;
    private final ClientOptions options;
    private final LinkListener listener;

    JsonCalls(HttpClient http, ClientOptions options, LinkListener listener) {
        this.http = http;
        this.options = options;
        this.listener = listener;
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(options.at(path)).timeout(options.silence());
    }

    /** An id as one segment of a path. */
    static String segment(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The JSON of the answer. */
    JsonNode send(HttpRequest request) throws ClientException, InterruptedException {
        Retries retries = new Retries(options, listener);
        while (true) {
            try {
                HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
                if (answer.statusCode() / 100 == 2) {
                    return Answers.json(answer.statusCode(), answer.body());
                }
                if (!Retries.isRetryable(answer.statusCode())) {
                    throw Answers.refusal(answer.statusCode(), answer.body());
                }
                retries.pause(answer.statusCode(), answer.headers());
            } catch (IOException e) {
                retries.pause(e);
            }
        }
    }
}
