package io.millrace.standalone;

import io.millrace.client.UploadListener;
import io.millrace.testing.guarantee.NoAcknowledgedByteResent;
import io.millrace.testing.link.Direction;
import io.millrace.testing.link.FlakyLink;
import java.time.Duration;

/** Tells the guarantee what it sees of an upload, and cuts a link a second time after its first cut. */
final class SecondCut implements UploadListener {
    private final NoAcknowledgedByteResent guarantee;
    private final FlakyLink link;
    private final int bytes;
    private boolean interrupted;

    /** The second cut comes when so many bytes have gone up since the first. */
    SecondCut(NoAcknowledgedByteResent guarantee, FlakyLink link, int bytes) {
        this.guarantee = guarantee;
        this.link = link;
        this.bytes = bytes;
    }

    @Override
    public void interrupted(String reason, Duration delay) {
        if (!interrupted) {
            interrupted = true;
            link.cutAfterBytes(Direction.UP, bytes);
        }
    }

    @Override
    public void sent(long from, long to) {
        guarantee.sent(from, to - from);
    }

    @Override
    public void acknowledged(long offset) {
        guarantee.told(offset);
    }
}
