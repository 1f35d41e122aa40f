package io.millrace.testing.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The guarantees that a whole deployment is held to: each holds, and each can fail. */
class DeploymentGuaranteesTest {
    @Test
    void shouldCompareWhatIsReadWithWhatWasSent() {
        SameBytes guarantee = new SameBytes();
        guarantee.sent("a", "1");
        guarantee.read("a", "1");
        assertHolds(guarantee);

        guarantee.read("a", "2");
        guarantee.read("b", "1");

        assertBreaks(guarantee, "a has other bytes than were sent", "b was read, but never accepted");
    }

    @Test
    void shouldWantAWordWithEveryRefusal() {
        EveryRefusalExplained guarantee = new EveryRefusalExplained();
        guarantee.answered("a call", 200, OptionalLong.empty(), "");
        guarantee.answered("a call", 503, OptionalLong.of(1), "busy");
        assertHolds(guarantee);

        guarantee.answered("a call", 429, OptionalLong.empty(), "busy");
        guarantee.answered("a job", 500, OptionalLong.of(1), "broken");

        assertBreaks(
                guarantee,
                "a call was refused with 429 without Retry-After",
                "a job was answered with 500, which tells nobody when to come back: broken");
    }

    @Test
    void shouldHoldProcessesToTheirBound() {
        BoundedMemory guarantee = new BoundedMemory(2 << 20);
        guarantee.sampled("edge-1", 2 << 20);
        assertHolds(guarantee);

        guarantee.sampled("edge-1", 3 << 20);
        guarantee.sampled("edge-1", 1 << 20);

        assertBreaks(guarantee, "edge-1 had 3 MiB where 2 are its bound");
    }

    @Test
    void shouldNoticeWhatIsWrittenTwice() {
        WrittenOnce guarantee = new WrittenOnce(1.05, 10);
        guarantee.begun();
        guarantee.sent(1000);
        guarantee.stored(1060);
        assertHolds(guarantee);

        guarantee.stored(2000);

        assertBreaks(guarantee, "2000 bytes are stored where 1060 would do");
    }

    @Test
    void shouldWantAClearErrorForBadInput() {
        BadInputRefused guarantee = new BadInputRefused();
        guarantee.answered("no JSON", 400, "{\"error\":{\"message\":\"the body is no JSON\"}}");
        assertHolds(guarantee);

        guarantee.answered("no JSON", 200, "{}");
        guarantee.answered("no JSON", 400, "");

        assertBreaks(guarantee, "no JSON was answered with 200", "no JSON was answered with 400 and no word: ''");
    }

    @Test
    void shouldTellADeathFromAnExecution() {
        NobodyDiesUnasked guarantee = new NobodyDiesUnasked();
        guarantee.seen("edge-1", true);
        guarantee.condemn("edge-1");
        guarantee.seen("edge-1", false);
        guarantee.back("edge-1");
        assertHolds(guarantee);

        guarantee.seen("edge-1", false);
        guarantee.seen("edge-1", false);

        assertBreaks(guarantee, "edge-1 ended, and nobody had ended it");
    }

    private static void assertHolds(Guarantee guarantee) {
        assertThat(guarantee.verdict().held()).isTrue();
    }

    private static void assertBreaks(Guarantee guarantee, String... examples) {
        assertThat(guarantee.verdict().held()).isFalse();
        assertThat(guarantee.verdict().examples()).containsExactly(examples);
    }
}
