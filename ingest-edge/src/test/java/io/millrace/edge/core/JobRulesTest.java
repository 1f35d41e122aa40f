package io.millrace.edge.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.JobParameters;
import io.millrace.schemas.v1.Priority;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobRulesTest {
    private final JobRules rules = new JobRules(
            Set.of("/v1/embeddings"),
            Duration.ofDays(7),
            new AfterJob(true, List.of("https://all.example/"), Duration.ofDays(30)));

    @Test
    void shouldFillInWhatIsLeftOut() {
        // when
        JobParameters parameters = rules.check("/v1/embeddings", null, null, Map.of());

        // then
        assertThat(parameters.getPriority()).isEqualTo(Priority.PRIORITY_BATCH);
        assertThat(parameters.getCompletionWindow()).isEqualTo("24h");
        assertThat(parameters.getCompletionWindowMs())
                .isEqualTo(Duration.ofHours(24).toMillis());
    }

    @Test
    void shouldTakeAnyWindowUpToTheLongest() {
        assertThat(window("90s")).isEqualTo(90_000);
        assertThat(window("15m")).isEqualTo(900_000);
        assertThat(window("7d")).isEqualTo(Duration.ofDays(7).toMillis());
        for (String bad : new String[] {"", "0h", "8d", "1w", "24", "-1h", "999999999d", "1.5h", " 1h"}) {
            refused("completion_window", ErrorCode.INVALID_REQUEST, () -> window(bad));
        }
    }

    @Test
    void shouldNameTheFieldAtFault() {
        refused("endpoint", ErrorCode.MISSING_FIELD, () -> rules.check(null, null, null, Map.of()));
        refused("endpoint", ErrorCode.INVALID_REQUEST, () -> rules.check("/v1/none", null, null, Map.of()));
        refused("priority", ErrorCode.INVALID_REQUEST, () -> rules.check("/v1/embeddings", null, "urgent", Map.of()));
    }

    @Test
    void shouldBoundMetadata() {
        assertThat(rules.check("/v1/embeddings", null, "high", pairs(16)).getMetadataCount())
                .isEqualTo(16);
        refused("metadata", ErrorCode.INVALID_REQUEST, () -> rules.check("/v1/embeddings", null, null, pairs(17)));
        refused(
                "metadata",
                ErrorCode.INVALID_REQUEST,
                () -> rules.check("/v1/embeddings", null, null, Map.of("k", "v".repeat(513))));
    }

    private long window(String text) {
        return rules.check("/v1/embeddings", text, null, Map.of()).getCompletionWindowMs();
    }

    private static Map<String, String> pairs(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(n -> "key" + n, n -> "value" + n));
    }

    private static void refused(String param, ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(MillraceException.class, e -> {
            assertThat(e.param()).isEqualTo(param);
            assertThat(e.code()).isEqualTo(code);
        });
    }

    @Test
    void shouldTellWhomTheServerAndTheJobNameAndKeepItAsLongAsItAsks() {
        // given
        JobParameters parameters = rules.check("/v1/embeddings", null, null, Map.of());

        // when
        JobParameters whole = rules.after().check(parameters, "http://one.example:8080/hook?a=b", "36h");

        // then
        assertThat(parameters.getWebhookUrlsList()).containsExactly("https://all.example/");
        assertThat(whole.getWebhookUrlsList())
                .containsExactly("https://all.example/", "http://one.example:8080/hook?a=b");
        assertThat(whole.getRetentionMs()).isEqualTo(Duration.ofHours(36).toMillis());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ftp://a/", "/hook", "http:///hook", "https://user@a/", "https://a/#part", "https://a b/", "a"})
    void shouldRefuseAWebhookThatCannotBeCalled(String url) {
        JobParameters parameters = rules.check("/v1/embeddings", null, null, Map.of());
        assertThatThrownBy(() -> rules.after().check(parameters, url, null)).hasMessageContaining("webhook_url");
        assertThatThrownBy(() -> rules.after().check(parameters, null, "31d")).hasMessageContaining("retention");
    }
}
