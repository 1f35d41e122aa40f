package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class IdsTest {
    private static final long NOW = 1_795_000_000_000L;

    @Test
    void shouldSortByTime() {
        assertThat(LongStream.of(0, 1, 1_000, NOW, NOW + 1, NOW + 1_000_000, 1L << 47)
                        .mapToObj(time -> Ids.create(Ids.BATCH, time))
                        .toList())
                .isSorted();
    }

    @Test
    void shouldMakeValidIdsThatDiffer() {
        String first = Ids.create(Ids.FILE, NOW);
        assertThat(first).isNotEqualTo(Ids.create(Ids.FILE, NOW)).hasSize(5 + 26);
        assertThat(Ids.isValid(Ids.FILE, first)).isTrue();
        assertThat(Ids.isValid(Ids.BATCH, first)).isFalse();
    }

    @Test
    void shouldRefuseWhatIsNoId() {
        assertThat(Ids.isValid(Ids.FILE, "file-")).isFalse();
        assertThat(Ids.isValid(Ids.FILE, "file-" + "0".repeat(27))).isFalse();
        assertThat(Ids.isValid(Ids.FILE, "file-" + "U".repeat(26))).isFalse();
        assertThat(Ids.isValid(Ids.FILE, "file-" + "../".repeat(8) + "ab")).isFalse();
        assertThat(Ids.isValid(Ids.FILE, "file-" + "0".repeat(25) + "l")).isFalse();
        assertThat(Ids.isValid(Ids.FILE, "file-" + "0".repeat(26))).isTrue();
    }

    @Test
    void shouldMakeTheSameIdUnderTheSameKey() {
        String id = Ids.fromIdempotencyKey(Ids.BATCH, "tenant", "/v1/batches", "key");
        assertThat(id).isEqualTo(Ids.fromIdempotencyKey(Ids.BATCH, "tenant", "/v1/batches", "key"));
        assertThat(Ids.isValid(Ids.BATCH, id)).isTrue();
    }

    @Test
    void shouldMakeAnotherIdWhenAnyPartDiffers() {
        assertThat(new String[] {
                    Ids.fromIdempotencyKey(Ids.BATCH, "tenant", "/v1/batches", "key"),
                    Ids.fromIdempotencyKey(Ids.BATCH, "tenan", "t/v1/batches", "key"),
                    Ids.fromIdempotencyKey(Ids.BATCH, "tenant", "/v1/batchesk", "ey"),
                    Ids.fromIdempotencyKey(Ids.BATCH, "tenant", "/v1/batches", "")
                })
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldDeriveWhatBelongsToAJob() {
        String job = Ids.jobOfUpload(Tenant.DEFAULT, "file-1");
        assertThat(job).isEqualTo(Ids.jobOfUpload(Tenant.DEFAULT, "file-1"));
        assertThat(Ids.isValid(Ids.BATCH, job)).isTrue();
        assertThat(Ids.jobOfOutput(Ids.outputOfJob(job))).contains(job);
        assertThat(Ids.jobOfErrors(Ids.errorsOfJob(job))).contains(job);
        assertThat(Ids.jobOfOutput(Ids.errorsOfJob(job))).isEmpty();
        assertThat(Ids.isValid(Ids.FILE, Ids.outputOfJob(job))).isFalse();
    }

    @Test
    void shouldReadStreamAndItemBackFromARequest() {
        String stream = Ids.create(Ids.CALL, NOW);
        String request = Ids.request(stream, 17);
        assertThat(Ids.streamOfRequest(request)).isEqualTo(stream);
        assertThat(Ids.itemOfRequest(stream, request)).contains(17L);
        assertThat(Ids.itemOfRequest("call_other", request)).isEmpty();
    }

    @Test
    void shouldReadNothingFromWhatIsNoRequest() {
        assertThat(Ids.streamOfRequest("")).isEmpty();
        assertThat(Ids.streamOfRequest("req_")).isEmpty();
        assertThat(Ids.streamOfRequest("batch_1_2")).isEmpty();
        assertThat(Ids.itemOfRequest("batch_1", "req_batch_1_007")).isEmpty();
        assertThat(Ids.itemOfRequest("batch_1", "req_batch_1_-1")).isEmpty();
        assertThat(Ids.itemOfRequest("batch_1", "req_batch_1_" + "9".repeat(30)))
                .isEmpty();
    }
}
