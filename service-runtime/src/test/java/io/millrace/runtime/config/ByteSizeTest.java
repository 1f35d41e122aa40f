package io.millrace.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0B",
        "512B, 512, 512B",
        "64 KiB, 65536, 64KiB",
        "1536kib, 1572864, 1536KiB",
        "2GiB, 2147483648, 2GiB"
    })
    void shouldReadAndWriteItsForm(String text, long bytes, String written) {
        // when
        ByteSize size = ByteSize.parse(text);

        // then
        assertThat(size.bytes()).isEqualTo(bytes);
        assertThat(size).hasToString(written);
    }

    @Test
    void shouldRefuseWhatIsNoSizeOrTooLarge() {
        assertThatThrownBy(() -> ByteSize.parse("-1B")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ByteSize.parse("1MB")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ByteSize.parse("99999999TiB")).isInstanceOf(IllegalArgumentException.class);
    }
}
