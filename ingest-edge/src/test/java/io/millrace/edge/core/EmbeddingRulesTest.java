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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingRulesTest {
    private final EmbeddingRules rules =
            new EmbeddingRules(new CalledModels(List.of(new ServedModel("mini", Set.of("/v1/embeddings"), 384))));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'model':'mini','input':'text'}",
                "{'model':'mini','input':['one','two'],'encoding_format':'base64','dimensions':384,'user':'me'}",
                "{'model':'mini','input':'text','encoding_format':null,'dimensions':null}"
            })
    void shouldAcceptWhatOpenAiClientsSend(String body) {
        assertThat(rules.check(json(body)).model().name()).isEqualTo("mini");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'input':'text'} | model | MISSING_FIELD",
                "{'model':'other','input':'text'} | model | MODEL_NOT_FOUND",
                "{'model':'mini'} | input | MISSING_FIELD",
                "{'model':'mini','input':''} | input | EMPTY_INPUT",
                "{'model':'mini','input':[]} | input | EMPTY_INPUT",
                "{'model':'mini','input':['a','']} | input | EMPTY_INPUT",
                "{'model':'mini','input':[1,2,3]} | input | INVALID_REQUEST",
                "{'model':'mini','input':7} | input | INVALID_REQUEST",
                "{'model':'mini','input':'text','encoding_format':'hex'} | encoding_format | INVALID_REQUEST",
                "{'model':'mini','input':'text','dimensions':10} | dimensions | INVALID_REQUEST",
            })
    void shouldNameTheFieldAtFault(String body, String param, ErrorCode code) {
        assertThatThrownBy(() -> rules.check(json(body))).isInstanceOfSatisfying(MillraceException.class, e -> {
            assertThat(e.param()).isEqualTo(param);
            assertThat(e.code()).isEqualTo(code);
        });
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
