package io.millrace.edge.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.errors.MillraceException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionRulesTest {
    private static final CalledModels MODELS = new CalledModels(List.of(
            new ServedModel("chatty", Set.of("/v1/chat/completions", "/v1/completions"), 0),
            new ServedModel("mini", Set.of("/v1/embeddings"), 384)));

    @Test
    void shouldSayWhetherTheAnswerIsWantedInPieces() {
        CallPlan whole = chat("{'model':'chatty','messages':[{'role':'user','content':'hi'}]}");
        CallPlan pieces = chat("{'model':'chatty','messages':[{'role':'user'}],'stream':true,"
                + "'stream_options':{'include_usage':true}}");

        assertThat(whole.streamed()).isFalse();
        assertThat(pieces.streamed()).isTrue();
        assertThat(pieces.usage()).isTrue();
        assertThat(pieces.model().name()).isEqualTo("chatty");
        assertThat(text("{'model':'chatty','prompt':['a','b']}").streamed()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'messages':[]} | model",
                "{'model':'mini','messages':[{'role':'user'}]} | model",
                "{'model':'chatty'} | messages",
                "{'model':'chatty','messages':'hi'} | messages",
                "{'model':'chatty','messages':[]} | messages",
                "{'model':'chatty','messages':[{'role':'user'},{}]} | messages[1].role",
                "{'model':'chatty','messages':[{'role':'user'}],'stream':'yes'} | stream",
                "{'model':'chatty','messages':[{'role':'user'}],'stream':true,'n':2} | n",
            },
            quoteCharacter = '~')
    void shouldNameTheFieldAtFault(String body, String field) {
        assertThatThrownBy(() -> chat(body))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.param()).isEqualTo(field));
    }

    @Test
    void shouldAskForAPrompt() {
        assertThatThrownBy(() -> text("{'model':'chatty'}")).hasMessage("prompt is missing");
        assertThatThrownBy(() -> text("{'model':'chatty','prompt':7}")).hasMessageContaining("prompt must be");
        assertThatThrownBy(() -> text("{'model':'chatty','prompt':[]}")).hasMessageContaining("empty");
    }

    private static CallPlan chat(String body) {
        return check(CompletionRules.chat(MODELS), body);
    }

    private static CallPlan text(String body) {
        return check(CompletionRules.text(MODELS), body);
    }

    private static CallPlan check(EndpointRules rules, String body) {
        try {
            return rules.check(new ObjectMapper().readTree(body.replace('\'', '"')));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(body, e);
        }
    }
}
