package io.millrace.assembler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class CustomIdStoreTest {
    private static final EntityKey JOB = new EntityKey("default", "batch_1");
    private static final EntityKey ANOTHER = new EntityKey("default", "batch_2");

    private final MockProcessorContext<byte[], Emitted> context = new MockProcessorContext<>();
    private final KeyValueStore<byte[], byte[]> store = Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore(StateStores.CUSTOM_IDS), Serdes.ByteArray(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();

    CustomIdStoreTest() {
        store.init(context.getStateStoreContext(), store);
    }

    @Test
    void shouldKnowWhatEarlierSlicesOfTheJobHaveUsed() {
        // given
        CustomIdStore ids = new CustomIdStore(context);
        slice(ids, JOB, 0, 1, 2, 3);

        // when
        CustomIdStore.Claims next = ids.claims(JOB);

        // then
        assertThat(next.add(4)).isTrue();
        assertThat(next.add(2)).isFalse();
        assertThat(next.add(4)).isFalse();
        assertThat(ids.claims(ANOTHER).add(2)).isTrue();
    }

    @Test
    void shouldReadWhatWasStoredWhenAJobIsReadAgainAndThereWasNoRoom() {
        // given: room for less than it has
        CustomIdStore ids = new CustomIdStore(context, 20);
        slice(ids, JOB, 0, 1, 2, 3);
        slice(ids, JOB, 3, Long.MIN_VALUE, -1);
        slice(ids, ANOTHER, 0, 7);
        ids.release(JOB);

        // then
        CustomIdStore.Claims again = ids.claims(JOB);
        for (long used : new long[] {1, 2, 3, Long.MIN_VALUE, -1}) {
            assertThat(again.add(used)).isFalse();
        }
        assertThat(again.add(7)).isTrue();
    }

    @Test
    void shouldKeepWhatIsNotReadNowAsLongAsThereIsRoom() {
        // given: three jobs, and room for two
        EntityKey third = new EntityKey("default", "batch_3");
        CustomIdStore ids = new CustomIdStore(context, 2 * 18);
        slice(ids, JOB, 0, 1, 2);
        slice(ids, ANOTHER, 0, 3, 4);
        slice(ids, third, 0, 5, 6);

        // when
        ids.release(JOB);
        ids.release(ANOTHER);
        ids.release(third);

        // then: only the first is read anew, here from a store that has lost everything
        for (EntityKey job : new EntityKey[] {JOB, ANOTHER, third}) {
            store.delete(job.at(0));
        }
        assertThat(ids.claims(JOB).add(1)).isTrue();
        assertThat(ids.claims(ANOTHER).add(3)).isFalse();
        assertThat(ids.claims(third).add(5)).isFalse();
    }

    @Test
    void shouldCountWhatAJobHasWhenItIsReleasedAgainAndNotWhatIsDeleted() {
        // given: one that grows after it was released, and room for both and no more
        CustomIdStore ids = new CustomIdStore(context, 20 + 17);
        slice(ids, JOB, 0, 1, 2);
        ids.release(JOB);
        slice(ids, JOB, 2, 3, 4);
        ids.release(JOB);
        slice(ids, ANOTHER, 0, 5);
        ids.release(ANOTHER);
        EntityKey third = new EntityKey("default", "batch_3");
        slice(ids, third, 0, 6, 7);

        // when: one goes, and the next takes its place
        assertThat(ids.delete(JOB, 10)).isEqualTo(2);
        ids.release(third);

        // then: the others are known, from a store that has lost everything
        store.delete(ANOTHER.at(0));
        store.delete(third.at(0));
        assertThat(ids.claims(ANOTHER).add(5)).isFalse();
        assertThat(ids.claims(third).add(7)).isFalse();
        assertThat(ids.claims(JOB).add(1)).isTrue();
    }

    @Test
    void shouldKnowWhatAnOlderVersionHasStored() {
        // given
        byte[] digest = ByteBuffer.allocate(16).putLong(42).putLong(43).array();
        store.put(JOB.with(digest), new byte[] {1});

        // when
        CustomIdStore.Claims claims = new CustomIdStore(context).claims(JOB);

        // then
        assertThat(claims.add(42)).isFalse();
        assertThat(claims.add(43)).isTrue();
    }

    @Test
    void shouldForgetAJobAndNoOther() {
        // given
        CustomIdStore ids = new CustomIdStore(context);
        for (long item = 0; item < 5; item++) {
            slice(ids, JOB, item, item);
        }
        slice(ids, ANOTHER, 0, 1);
        ids.release(JOB);

        // when
        assertThat(ids.delete(JOB, 3)).isEqualTo(3);
        assertThat(ids.delete(JOB, 3)).isEqualTo(2);

        // then
        assertThat(ids.claims(JOB).add(4)).isTrue();
        assertThat(ids.claims(ANOTHER).add(1)).isFalse();
    }

    private static void slice(CustomIdStore ids, EntityKey job, long item, long... fingerprints) {
        CustomIdStore.Claims claims = ids.claims(job);
        for (long fingerprint : fingerprints) {
            assertThat(claims.add(fingerprint)).isTrue();
        }
        claims.store(item);
    }
}
