package io.millrace.edge.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.guarantee.Guarantee;
import io.millrace.testing.guarantee.NoGapNoRepeat;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class FollowedStreamPropertyTest {
    private static final String EPOCH = "e";

    /** Each publisher sends some events, at most as many as it was given credit for, and goes away. */
    @Property
    void shouldGoOnAtEveryPublisherWithoutGapOrRepeatAndWithTheCreditThatIsLeft(
            @ForAll @Size(min = 1, max = 10) List<@IntRange(max = 20) Integer> sent,
            @ForAll @IntRange(max = 50) int granted) {
        // given
        FollowedStream followed = new FollowedStream("batch_a", new StreamStart.Beginning(), granted);
        NoGapNoRepeat guarantee = new NoGapNoRepeat();
        long received = 0;

        for (int publisher = 0; publisher < sent.size(); publisher++) {
            // when
            long from = followed.start() instanceof StreamStart.After after ? after.offset() + 1 : 0;
            boolean told = followed.begins(EPOCH, true, from);
            guarantee.subscribed(EPOCH, true, from);
            long count = Math.min(sent.get(publisher), followed.credit());
            for (long offset = from; offset < from + count; offset++) {
                followed.took(offset);
                guarantee.event(offset);
                received++;
            }

            // then
            assertThat(told).isEqualTo(publisher == 0);
            assertThat(followed.credit()).isEqualTo(granted - received);
        }
        guarantee.expectLast(received - 1);
        Guarantee.requireAll(guarantee);
    }

    @Example
    void shouldTellWhereTheStreamCouldNotGoOn() {
        FollowedStream followed = new FollowedStream("batch_a", new StreamStart.Now(), 5);
        assertThat(followed.start()).isEqualTo(new StreamStart.Now());
        assertThat(followed.begins(EPOCH, true, 7)).isTrue();
        assertThat(followed.start()).isEqualTo(new StreamStart.After(EPOCH, 6));

        assertThat(followed.begins("other", false, 2)).isTrue();
        assertThat(followed.start()).isEqualTo(new StreamStart.After("other", 1));
        followed.took(2);
        assertThat(followed.begins("other", true, 3)).isFalse();
    }

    @Example
    void shouldBoundCredit() {
        FollowedStream followed = new FollowedStream("batch_a", new StreamStart.Beginning(), 0);
        followed.addCredit(FollowedStream.MOST_CREDIT);
        followed.addCredit(FollowedStream.MOST_CREDIT);
        assertThat(followed.credit()).isEqualTo(FollowedStream.MOST_CREDIT);
    }
}
