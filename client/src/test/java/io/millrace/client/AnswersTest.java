package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.junit.jupiter.api.Test;

class AnswersTest {
    @Test
    void shouldReadOpenAisErrorObject() {
        RefusedException refused =
                Answers.refusal(404, "{\"error\":{\"message\":\"no model x\",\"code\":\"model_not_found\"}}");
        assertThat(refused).hasMessage("no model x");
        assertThat(refused.code()).isEqualTo("model_not_found");
        assertThat(refused.isGone()).isTrue();
    }

    @Test
    void shouldReadProblemDetails() {
        RefusedException refused = Answers.refusal(
                413, "{\"type\":\"tag:millrace.io,2026:upload_too_large\",\"detail\":\"at most 1 GiB\"}");
        assertThat(refused).hasMessage("at most 1 GiB");
        assertThat(refused.code()).isEqualTo("upload_too_large");
    }

    @Test
    void shouldSayTheStatusWhereTheBodySaysNothing() {
        assertThat(Answers.refusal(403, "<html>")).hasMessage("the server answered 403");
        assertThat(Answers.refusal(403, "")).hasMessage("the server answered 403");
    }

    @Test
    void shouldTellTheKindsOfEventsApart() throws JsonProcessingException {
        assertThat(event("{'offset':3,'type':'progress','total':9,'completed':4,'failed':1}"))
                .isEqualTo(new JobEvent.Progress(3, 9, 4, 1));
        assertThat(event("{'offset':4,'type':'weather'}")).isEqualTo(new JobEvent.Other(4, "weather"));
        assertThat(event("{'offset':5,'type':'result','custom_id':'a','request_id':'r',"
                        + "'error':{'code':'invalid_json','message':'m','line':7}}"))
                .isInstanceOfSatisfying(JobEvent.Result.class, result -> {
                    assertThat(result.body()).isNull();
                    assertThat(result.error()).isEqualTo(new JobEvent.ItemError("invalid_json", "m", 7));
                });
    }

    private static JobEvent event(String json) throws JsonProcessingException {
        return JobEvent.of(Answers.JSON.readTree(json.replace('\'', '"')));
    }
}
