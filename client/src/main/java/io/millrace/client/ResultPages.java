package io.millrace.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The results that a job has by now, page by page. For one piece of work in one thread. */
public final class ResultPages {
    private static final int PAGE = 5_000;

    private final HttpClient http;
    private final ClientOptions options;
    private final LinkListener listener;

    ResultPages(HttpClient http, ClientOptions options, LinkListener listener) {
        this.http = http;
        this.options = options;
        this.listener = listener;
    }

    /**
     * Calls for every result of the job that is there, once, in the order of the stream. A cut in the middle of a page costs
     * nothing: reading goes on after the last result.
     *
     * @throws RefusedException if there is no such job
     */
    public void read(String jobId, Consumer<JobEvent.Result> each) throws ClientException, InterruptedException {
        Retries retries = new Retries(options, listener);
        Reading reading = new Reading(each);
        while (!reading.finished) {
            HttpRequest question = HttpRequest.newBuilder(options.at("/v1/batches/" + JsonCalls.segment(jobId)
                            + "/results?after=" + reading.after + "&limit=" + PAGE))
                    .timeout(options.silence())
                    .build();
            try {
                HttpResponse<InputStream> answer = http.send(question, BodyHandlers.ofInputStream());
                try (InputStream body = answer.body()) {
                    if (answer.statusCode() / 100 == 2) {
                        reading.page(body);
                        retries.progressed();
                    } else if (Retries.isRetryable(answer.statusCode())) {
                        retries.pause(answer.statusCode(), answer.headers());
                    } else {
                        String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
                        throw Answers.refusal(answer.statusCode(), text);
                    }
                }
            } catch (IOException e) {
                retries.pause(e);
            }
        }
    }

    private static final class Reading {
        private final Consumer<JobEvent.Result> each;
        private long after = -1;
        private boolean finished;

        Reading(Consumer<JobEvent.Result> each) {
            this.each = each;
        }

        void page(InputStream body) throws IOException {
            int lines = 0;
            BufferedReader reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
            for (@Nullable String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines++;
                take(line);
            }
            finished = lines < PAGE;
        }

        private void take(String line) throws IOException {
            try {
                if (JobEvent.of(Answers.JSON.readTree(line)) instanceof JobEvent.Result result) {
                    after = result.offset();
                    each.accept(result);
                }
            } catch (JsonProcessingException e) {
                throw new IOException("a page of results broke off", e);
            }
        }
    }
}
