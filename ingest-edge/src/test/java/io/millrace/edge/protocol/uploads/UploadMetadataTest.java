package io.millrace.edge.protocol.uploads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadMetadataTest {

    @Test
    void shouldReadPairsAndKeysThatStandAlone() {
        // when
        UploadMetadata metadata =
                UploadMetadata.parse("filename d29ybGRfZG9taW5hdGlvbl9wbGFuLnBkZg==, is_secret,empty ");

        // then
        assertThat(metadata.values())
                .isEqualTo(Map.of("filename", "world_domination_plan.pdf", "is_secret", "", "empty", ""));
        assertThat(metadata.value("is_secret")).isNull();
        assertThat(metadata.valueOr("purpose", "batch")).isEqualTo("batch");
    }

    @Test
    void shouldKeepTheTextAsItWasSent() {
        String header = "a  YQ== ,b";
        assertThat(UploadMetadata.parse(header).text()).isEqualTo(header);
    }

    @Test
    void shouldTakeItsAbsenceForNothing() {
        assertThat(UploadMetadata.parse(null).values()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"filename !!!", "a YQ==,a Yg==", "a b c", "a YQ==,,b", ",", "a YQ==,"})
    void shouldRefuseWhatIsMalformed(String header) {
        assertThatThrownBy(() -> UploadMetadata.parse(header))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
    }
}
