package io.millrace.edge.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassificationRulesTest {
    private final ClassificationRules rules = new ClassificationRules(new CalledModels(List.of(
            new ServedModel("mood", Set.of("/v1/classify"), 0),
            new ServedModel("mini", Set.of("/v1/embeddings"), 384))));

    @Test
    void shouldAcceptOneTextAndSeveral() throws JsonProcessingException {
        CallPlan plan = rules.check(json("{'model':'mood','input':['one','two']}"));

        assertThat(plan).isEqualTo(rules.check(json("{'model':'mood','input':'one'}")));
        assertThat(plan.endpoint()).isEqualTo("/v1/classify");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'model':'mini','input':'text'} | MODEL_NOT_FOUND",
                "{'model':'mood'} | MISSING_FIELD",
                "{'model':'mood','input':[]} | EMPTY_INPUT"
            })
    void shouldRefuseWhatCannotBeClassified(String body, ErrorCode code) {
        assertThatThrownBy(() -> rules.check(json(body)))
                .isInstanceOfSatisfying(
                        MillraceException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    private static JsonNode json(String text) throws JsonProcessingException {
        return new ObjectMapper().readTree(text.replace('\'', '"'));
    }
}
