package io.millrace.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Ties the life of a broker process to its parent's. The parent holds the other end of the process's standard input: the
 * input ends when the parent closes it to stop the broker, and when the parent dies, however it dies.
 */
final class ParentWatch {
    private static final Duration SHUTDOWN_BOUND = Duration.ofSeconds(8);
    private static final Duration PARENT_BOUND = Duration.ofSeconds(15);
    private static final int HALTED = 70;

    private ParentWatch() {}

    /** Watches from threads of its own. */
    static void start() throws ReflectiveOperationException {
        daemon("parent-watch", ParentWatch::exitAtEndOfInput);
        handleSignals();
    }

    private static void exitAtEndOfInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            System.out.println("standard input broke: " + e);
        }
        exit();
    }

    /** The exit runs Kafka's own shutdown hook; a broker that does not come to its end in time is halted. */
    private static void exit() {
        daemon("shutdown-bound", () -> {
            park(SHUTDOWN_BOUND);
            System.out.println("the broker did not stop in time: halting");
            Runtime.getRuntime().halt(HALTED);
        });
        System.exit(0);
    }

    /**
     * A signal to the process group (from a terminal, from a supervisor) reaches the broker too, while its parent still
     * needs it to finish its work. So the terminal's signals are left to the parent, and a request to terminate gives the
     * parent time to close the input first.
     *
     * <p>By reflection, because the compiler warns of {@code sun.misc} without a way to say that it is meant.
     */
    private static void handleSignals() throws ReflectiveOperationException {
        handle("INT", () -> {});
        handle("HUP", () -> {});
        handle(
                "TERM",
                () -> daemon("terminate", () -> {
                    park(PARENT_BOUND);
                    exit();
                }));
    }

    private static void handle(String name, Runnable reaction) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object proxy = Proxy.newProxyInstance(
                ParentWatch.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                    if (method.getName().equals("handle")) {
                        reaction.run();
                    }
                    return null;
                });
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    }

    private static void park(Duration time) {
        long deadline = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(deadline - System.nanoTime());
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
