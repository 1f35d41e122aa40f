package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.util.Locale;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkHeadersTest {
    private final Headers headers = new RecordHeaders();

    @Test
    void shouldReadBackWhatWasPut() {
        ChunkHeaders.put(headers, ChunkHeaders.TENANT, "default");
        ChunkHeaders.put(headers, ChunkHeaders.OFFSET, "9223372036854775807");
        assertThat(ChunkHeaders.text(headers, ChunkHeaders.TENANT)).contains("default");
        assertThat(ChunkHeaders.number(headers, ChunkHeaders.OFFSET)).contains(Long.MAX_VALUE);
    }

    @Test
    void shouldTakeTheLastOfSeveral() {
        ChunkHeaders.put(headers, ChunkHeaders.OFFSET, "1");
        ChunkHeaders.put(headers, ChunkHeaders.OFFSET, "2");
        assertThat(ChunkHeaders.number(headers, ChunkHeaders.OFFSET)).contains(2L);
    }

    @Test
    void shouldSayWhichHeaderIsMissing() {
        assertThat(ChunkHeaders.number(headers, ChunkHeaders.CRC32C)).isEmpty();
        assertThatThrownBy(() -> ChunkHeaders.requiredText(headers, ChunkHeaders.KIND))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_RECORD))
                .hasMessage("header millrace-kind is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5", "0x10", "9223372036854775808", "ten"})
    void shouldRefuseWhatIsNoNumber(String value) {
        ChunkHeaders.put(headers, ChunkHeaders.OFFSET, value);
        assertThatThrownBy(() -> ChunkHeaders.number(headers, ChunkHeaders.OFFSET))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_RECORD))
                .hasMessageContaining("millrace-offset")
                .hasMessageContaining("'" + value + "'");
    }

    @ParameterizedTest
    @EnumSource(RecordKind.class)
    void shouldReadBackEveryKind(RecordKind kind) {
        assertThat(kind.headerValue())
                .isEqualTo(kind.headerValue().toLowerCase(Locale.ROOT))
                .doesNotContain("_");
        assertThat(RecordKind.fromHeader(kind.headerValue())).contains(kind);
    }

    @Test
    void shouldKnowNoOtherKind() {
        assertThat(RecordKind.fromHeader("DATA")).isEmpty();
        assertThat(RecordKind.COMMIT_APPEND.headerValue()).isEqualTo("commit-append");
    }
}
