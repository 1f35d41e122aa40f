package io.millrace.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModelOverrideTest {
    @Test
    void shouldNameTheModelInEveryRequest() {
        assertThat(ModelOverride.withModel("{\"custom_id\":\"a\",\"body\":{\"model\":\"x\",\"input\":\"t\"}}", "m"))
                .isEqualTo("{\"custom_id\":\"a\",\"body\":{\"model\":\"m\",\"input\":\"t\"}}");
        assertThat(ModelOverride.withModel("{\"body\":{}}", "m")).isEqualTo("{\"body\":{\"model\":\"m\"}}");
    }

    @Test
    void shouldLeaveToTheServerWhatIsNoRequest() {
        assertThat(ModelOverride.withModel("no JSON", "m")).isEqualTo("no JSON");
        assertThat(ModelOverride.withModel("", "m")).isEmpty();
        assertThat(ModelOverride.withModel("{\"body\":7}", "m")).isEqualTo("{\"body\":7}");
    }
}
