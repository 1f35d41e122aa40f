package io.millrace.standalone;

import io.millrace.client.ClientException;
import io.millrace.client.ClientOptions;
import io.millrace.client.Job;
import io.millrace.client.JobRequest;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.client.Submission;
import io.millrace.client.UploadJournal;
import io.millrace.client.UploadListener;
import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.standalone.config.MillraceConfig;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All services in the tests' own process, over the tests' cluster. */
final class AllServices implements AutoCloseable {
    private static final UploadListener NOBODY = (reason, delay) -> {};

    private final Standalone standalone;
    private final Path folder;

    private AllServices(Standalone standalone, Path folder) {
        this.standalone = standalone;
        this.folder = folder;
    }

    /** Starts them; settings are {@code key=value}. */
    static AllServices start(KafkaCluster cluster, Path folder, String... settings) throws InterruptedException {
        List<String> all = new ArrayList<>(List.of(settings));
        all.addAll(List.of("http.port=0", "admin.port=0", "kafka.bootstrap.servers=" + cluster.bootstrapServers()));
        MillraceConfig config = ConfigLoader.load(MillraceConfig.class, ConfigSources.of(all.toArray(String[]::new)));
        Standalone standalone = Standalone.start(config, folder.resolve("data"));
        Eventually.check(Duration.ofSeconds(60), standalone::ready, "all services are ready");
        return new AllServices(standalone, folder);
    }

    int port() {
        return standalone.port();
    }

    int adminPort() {
        return standalone.adminPort();
    }

    /** A client of whatever listens on this port: the services, or a link to them. */
    static MillraceClient client(int port) {
        return new MillraceClient(ClientOptions.of(URI.create("http://127.0.0.1:" + port))
                .withPatience(Duration.ofMinutes(1))
                .withPieceSize(512 << 10));
    }

    /** Uploads a file and makes a job of embeddings of it. */
    Job submit(MillraceClient client, Path input) throws ClientException, IOException, InterruptedException {
        Submission submission = new UploadJournal(folder.resolve("journal"))
                .open(client.options().server(), input);
        String file = client.upload(NOBODY).send(submission).fileId();
        return client.createJob(submission, file, JobRequest.EMBEDDINGS, LinkListener.NONE);
    }

    @Override
    public void close() {
        standalone.close();
    }
}
