package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.Job;
import io.millrace.client.MillraceClient;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Ids;
import io.millrace.standalone.explain.Explanation;
import io.millrace.standalone.explain.Life;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator is told of a job that went through the whole program. */
@KafkaTest
class ExplainIT {
    @TempDir
    Path folder;

    @Test
    void shouldTellEveryStepOfAJobItsFileAndARequest(KafkaCluster cluster) throws Exception {
        Path input = JobLines.write(folder.resolve("job.jsonl"), JobLines.names(10));
        try (AllServices services = AllServices.start(cluster, folder);
                MillraceClient client = AllServices.client(services.port());
                Explanation explanation =
                        new Explanation(KafkaSettings.at(cluster.bootstrapServers()), List.of(JobLines.MODEL), 0)) {
            Job job = services.submit(client, input);
            client.results().follow(job.id(), null, (position, event) -> {});

            Life life = explanation.of(job.id()).orElseThrow();
            assertThat(life.state()).isEqualTo("10 of 10 requests have their outcome");
            assertThat(life.waitsFor()).isEmpty();
            assertThat(life.steps().stream().map(Life.Step::what))
                    .anyMatch(step -> step.startsWith("opened over tus"))
                    .anyMatch(step -> step.startsWith("submitted over file-"))
                    .contains("its lines are to become requests of " + job.id(), "all 10 lines were read, 10 are valid")
                    .anyMatch(step -> step.startsWith("10 outcomes, 0 of them failures"));
            assertThat(life.steps()).isSortedAccordingTo((a, b) -> Long.compare(a.atMs(), b.atMs()));

            Life request = explanation.of(Ids.request(job.id(), 3)).orElseThrow();
            assertThat(request.state()).isEqualTo("has its outcome");
            assertThat(request.steps().stream().map(Life.Step::what))
                    .contains("stands in its lane", "its line was read and it was put into its lane")
                    .anyMatch(step -> step.startsWith("succeeded, attempt "));
            assertThat(explanation.of("nonsense")).isEmpty();
        }
    }
}
