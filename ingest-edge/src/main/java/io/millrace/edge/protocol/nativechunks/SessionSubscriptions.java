package io.millrace.edge.protocol.nativechunks;

import io.millrace.edge.core.FollowedStream;
import io.millrace.edge.core.StreamStart;
import io.millrace.edge.streams.PublisherFrame;
import io.millrace.edge.streams.Subscriptions;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.IngestCreditMore;
import io.millrace.schemas.v1.IngestSubscribe;
import java.util.Arrays;

/** The result streams that one connection carries beside its uploads and requests. For its event loop alone. */
final class SessionSubscriptions implements Subscriptions.Listener {
    private static final long DEFAULT_CREDIT = 256;
    private static final int LONGEST_TEXT = 255;

    private final IngestAnswers answers;
    private final Subscriptions subscriptions;

    SessionSubscriptions(IngestSurroundings around, IngestAnswers answers) {
        this.answers = answers;
        this.subscriptions = around.streams().follow(this);
    }

    void subscribe(IngestSubscribe asked) {
        attempt(asked.getSubscription(), () -> {
            OpenRules.check(asked.getStream().length() <= LONGEST_TEXT, "stream", "at most 255 characters");
            long credit = asked.hasCredit() ? asked.getCredit() : DEFAULT_CREDIT;
            checkCredit("credit", credit, 0);
            subscriptions.subscribe(
                    asked.getSubscription(), new FollowedStream(asked.getStream(), start(asked), credit));
        });
    }

    private static StreamStart start(IngestSubscribe asked) {
        if (!asked.hasAfter()) {
            return asked.getNow() ? new StreamStart.Now() : new StreamStart.Beginning();
        }
        String epoch = asked.getAfter().getEpoch();
        long offset = asked.getAfter().getOffset();
        OpenRules.check(epoch.length() <= LONGEST_TEXT, "after.epoch", "at most 255 characters");
        OpenRules.check(offset >= -1, "after.offset", "it must be at least -1");
        return new StreamStart.After(epoch, offset);
    }

    void credit(IngestCreditMore more) {
        attempt(more.getSubscription(), () -> {
            checkCredit("n", more.getN(), 1);
            subscriptions.credit(more.getSubscription(), more.getN());
        });
    }

    private static void checkCredit(String field, long credit, long least) {
        OpenRules.check(
                credit >= least && credit <= FollowedStream.MOST_CREDIT,
                field,
                "it must be from " + least + " to " + FollowedStream.MOST_CREDIT);
    }

    void unsubscribe(int number) {
        attempt(number, () -> subscriptions.unsubscribe(number));
    }

    private void attempt(int number, Runnable action) {
        try {
            action.run();
        } catch (MillraceException e) {
            answers.refuseSubscription(number, e);
        }
    }

    /** The connection is gone. */
    void closed() {
        subscriptions.close();
    }

    @Override
    public void subscribed(int number, PublisherFrame.Subscribed frame) {
        answers.send(ServerFrames.subscribed(number, frame));
    }

    @Override
    public void event(int number, PublisherFrame.Event frame) {
        answers.send(ServerFrames.event(number, frame));
    }

    @Override
    public void piece(int number, PublisherFrame.Piece frame) {
        answers.send(ServerFrames.piece(number, frame));
    }

    @Override
    public void refused(int number, String code, String message) {
        ErrorCode known = Arrays.stream(ErrorCode.values())
                .filter(each -> each.code().equals(code))
                .findFirst()
                .orElse(ErrorCode.INTERNAL);
        answers.refuseSubscription(number, new MillraceException(known, message));
    }

    @Override
    public void tooMuch(String message) {
        answers.close(ErrorCode.TOO_MANY_REQUESTS, message);
    }

    @Override
    public boolean isFull() {
        return answers.isFull();
    }

    @Override
    public void onRoom(Runnable action) {
        answers.onRoom(action);
    }
}
