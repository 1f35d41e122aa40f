package io.millrace.publisher.protocol;

import io.millrace.publisher.hub.NumberedEvent;
import io.millrace.schemas.v1.LoggedEvent;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends what the subscriptions of one session have, a few events of each in turn, as long as the other side takes them. Old
 * events are read in small pages, few at once, so that a slow reader holds next to nothing. Used on its event loop only.
 */
final class SessionPump {
    private static final int QUANTUM = 16;
    private static final int MAX_PAGES = 4;
    private static final int PAGE_EVENTS = 128;
    private static final long PAGE_BYTES = 128 * 1024;
    private static final long RETRY_MS = 100;

    private final Surroundings around;
    private final Outlet outlet;
    private final Context context;
    private final Consumer<Subscription> ended;
    private final LinkedHashSet<Subscription> ready = new LinkedHashSet<>();
    private final LinkedHashSet<Subscription> waitingForPage = new LinkedHashSet<>();
    private int pages;
    private boolean draining;

    SessionPump(Surroundings around, Outlet outlet, Context context, Consumer<Subscription> ended) {
        this.around = around;
        this.outlet = outlet;
        this.context = context;
        this.ended = ended;
    }

    /** This subscription may have something to send. */
    void ready(Subscription subscription) {
        ready.add(subscription);
        pump();
    }

    /** This one sends nothing any more. */
    void drop(Subscription subscription) {
        ready.remove(subscription);
        waitingForPage.remove(subscription);
        releasePage(subscription);
    }

    private void pump() {
        outlet.together(this::sendAll);
    }

    private void sendAll() {
        while (!draining && !ready.isEmpty() && !outlet.isClosed()) {
            if (outlet.isFull()) {
                draining = true;
                outlet.onRoom(() -> {
                    draining = false;
                    pump();
                });
                return;
            }
            Subscription turn = ready.removeFirst();
            if (sendSome(turn)) {
                ready.add(turn);
            }
        }
    }

    /** Whether it may have more at hand. */
    private boolean sendSome(Subscription subscription) {
        if (subscription.isReading()) {
            return false;
        }
        for (int sent = 0; sent < QUANTUM; sent++) {
            @Nullable NumberedEvent event = subscription.poll();
            if (event == null) {
                releasePage(subscription);
                if (subscription.isBehind()) {
                    read(subscription);
                } else {
                    subscription.deltas().forEach(delta -> outlet.delta(subscription, delta));
                }
                return false;
            }
            outlet.event(subscription, event);
            around.meters().sent();
            if (event.isLast()) {
                ended.accept(subscription);
                return false;
            }
        }
        return true;
    }

    private void read(Subscription subscription) {
        if (pages >= MAX_PAGES) {
            waitingForPage.add(subscription);
            return;
        }
        pages++;
        subscription.reading();
        long from = subscription.next();
        int events = (int) Math.min(PAGE_EVENTS, subscription.credit());
        around.pages()
                .run(context, () -> around.log().read(subscription.stream(), from, events, PAGE_BYTES))
                .onComplete(page -> took(subscription, page));
    }

    private void took(Subscription subscription, AsyncResult<List<LoggedEvent>> page) {
        if (!subscription.holdsPage()) {
            return;
        }
        if (page.succeeded() && !page.result().isEmpty()) {
            subscription.take(page.result());
            ready(subscription);
            return;
        }
        if (page.failed()) {
            around.meters().failed(page.cause());
        }
        releasePage(subscription);
        context.owner().setTimer(RETRY_MS, id -> context.runOnContext(nothing -> retry(subscription)));
    }

    private void retry(Subscription subscription) {
        if (!subscription.isEnded()) {
            ready(subscription);
        }
    }

    private void releasePage(Subscription subscription) {
        if (!subscription.holdsPage()) {
            return;
        }
        subscription.releasePage();
        pages--;
        if (!waitingForPage.isEmpty()) {
            ready.add(waitingForPage.removeFirst());
            context.runOnContext(nothing -> pump());
        }
    }
}
