package io.millrace.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.client.JobEvent;
import io.millrace.client.Position;
import io.millrace.client.UploadCounts;
import io.millrace.standalone.view.ProgressView;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The demo may only say that every promise was kept if it would have noticed a broken one. */
class AccountTest {
    private final Ledger ledger = new Ledger(List.of("a", "b"));
    private final UploadWatch watch = new UploadWatch(ProgressView.of("upload", "B", 1), 100);

    @Test
    void shouldBeContentWhenEverythingWasKept() throws Exception {
        cutAt(60, 50);
        result(0, "a");
        result(1, "b");

        assertThat(account(10, 50, 1)).isEmpty();
    }

    @Test
    void shouldNoticeMissingAndRepeatedResults() throws Exception {
        cutAt(60, 50);
        result(0, "a");
        result(1, "a");

        assertThat(account(10, 50, 1)).containsExactly("1 requests have no outcome", "1 outcomes came twice");
    }

    @Test
    void shouldNoticeAGapARepeatAndAnotherHistory() throws Exception {
        cutAt(60, 50);
        result(0, "a");
        result(2, "b");
        assertThat(account(10, 50, 1)).containsExactly("positions had a gap or a repeat");

        Ledger other = new Ledger(List.of("a"));
        other.event(new Position("one", 0), new JobEvent.Other(0, "x"));
        other.event(new Position("two", 1), new JobEvent.Other(1, "x"));
        assertThat(other.brokenPositions()).isEqualTo(1);
    }

    @Test
    void shouldNoticeBytesSentAgainThatHadArrived() throws Exception {
        cutAt(60, 30);
        result(0, "a");
        result(1, "b");

        assertThat(account(30, 50, 1)).containsExactly("bytes that had reached the server were sent again");
    }

    @Test
    void shouldNoticeAnOffsetThatWentBack() throws Exception {
        watch.acknowledged(55);
        cutAt(60, 50);
        result(0, "a");
        result(1, "b");

        assertThat(account(10, 50, 1)).containsExactly("the server kept less than it had acknowledged");
    }

    @Test
    void shouldNotClaimAnythingWhenNothingWasCut() throws Exception {
        result(0, "a");
        result(1, "b");

        assertThat(account(0, 0, 0)).containsExactly("the links were not cut, so nothing was shown");
    }

    private void cutAt(long sent, long resumed) {
        watch.sent(0, sent);
        watch.interrupted("cut", Duration.ZERO);
        watch.acknowledged(resumed);
    }

    private void result(long offset, String name) throws JsonProcessingException {
        JsonNode body = new ObjectMapper().readTree("{\"data\":[{\"embedding\":[1.0]}]}");
        ledger.event(new Position("one", offset), new JobEvent.Result(offset, name, "r", body, null, body));
    }

    private List<String> account(long resent, long passedAtCut, int resultCuts) {
        UploadCounts upload = new UploadCounts("file-1", 100, 100 + resent, resent, 1);
        return new Account(2, upload, watch, passedAtCut, resultCuts, ledger, Duration.ofSeconds(1)).brokenPromises();
    }
}
