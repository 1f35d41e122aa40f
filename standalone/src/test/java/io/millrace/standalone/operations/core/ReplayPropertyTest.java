package io.millrace.standalone.operations.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.standalone.operations.core.ReplayRule.Choice;
import io.millrace.standalone.operations.core.ReplayRule.Wanted;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

class ReplayPropertyTest {
    @Property
    void shouldNeverRunAgainWhatSucceededUnlessAllIsAskedFor(
            @ForAll @NotEmpty Set<Wanted> wanted, @ForAll Standing standing, @ForAll boolean waiting) {
        Choice choice = new ReplayRule(wanted).choose(standing, waiting);

        if (standing == Standing.SUCCEEDED && !wanted.contains(Wanted.ALL)) {
            assertThat(choice).isEqualTo(Choice.SUCCEEDED);
        }
        // Only what has no outcome may get one in its own stream, and only where no worker will bring it.
        assertThat(choice == Choice.RESENT && (standing != Standing.OPEN || waiting))
                .isFalse();
        assertThat(choice == Choice.RUN_AGAIN && standing == Standing.OPEN).isFalse();
        assertThat(choice.runs()).isEqualTo(choice.reason().isEmpty());
    }

    @Property
    void shouldAccountForEveryRequestWhateverIsDecided(
            @ForAll @Size(max = 60) List<@Size(max = 8) List<Choice>> records) {
        ReplayAccount account = new ReplayAccount();
        records.forEach(choices -> {
            account.read(choices.size(), 10, 1);
            choices.forEach(choice -> account.count(choice, 1));
            if (choices.isEmpty()) {
                account.count(Choice.UNREADABLE, 1);
            }
        });
        account.change(Choice.RESENT, Choice.WAITING, account.of(Choice.RESENT));

        assertThat(account.balances()).isTrue();
        assertThat(account.of(Choice.RESENT)).isZero();
        assertThat(account.records()).isEqualTo(records.size());
        assertThat(account.bytes()).isEqualTo(10L * records.size());
        assertThat(account.read())
                .isEqualTo(records.stream()
                        .mapToLong(choices -> Math.max(1, choices.size()))
                        .sum());
        account.read(2, 10, 1);
        account.count(Choice.SUCCEEDED, 1);
        assertThat(account.balances()).isFalse();
    }

    @Property(tries = 50)
    void shouldNotGoFasterThanItsPace(@ForAll @IntRange(min = 1, max = 1000) int perSecond) {
        Pace pace = new Pace(perSecond);
        long now = 0;
        long sent = 0;
        for (int i = 0; i < 100; i++) {
            now += pace.delay(10, now);
            assertThat(sent).isLessThanOrEqualTo((long) (now / 1e9 * perSecond) + 10);
            sent += 10;
        }
        assertThat(new Pace(0).delay(1_000_000, now)).isZero();
    }

    @Property(tries = 50)
    void shouldWriteARequestAsALineThatReadsTheSame(@ForAll String text) throws Exception {
        String body = new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(Map.of("model", "m", "input", text));
        InferenceRequest request = InferenceRequest.newBuilder()
                .setCustomId("name")
                .setEndpoint("/v1/embeddings")
                .setBody(ByteString.copyFromUtf8(body))
                .build();

        String line = new String(JobLine.of(request, request.getBody().toByteArray()), StandardCharsets.UTF_8);

        assertThat(line).endsWith("\n");
        assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
        JsonNode read = new ObjectMapper().readTree(line);
        assertThat(read.path("body")).isEqualTo(new ObjectMapper().readTree(body));
        assertThat(read.path("custom_id").asText()).isEqualTo("name");
    }
}
