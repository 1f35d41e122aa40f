package io.millrace.standalone.view;

import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * How far a piece of work is: a bar on a terminal, a line every quarter elsewhere. Always on stderr, because stdout is
 * for data. Safe for use by several threads.
 */
public sealed interface ProgressView extends AutoCloseable {
    /** The system property with which the launcher says whether stderr is a terminal. */
    String TERMINAL = "millrace.terminal";

    /** So much of so much is done; neither needs to be known from the start. */
    void at(long done, long total);

    @Override
    void close();

    /** The view that suits where stderr goes. */
    static ProgressView of(String task, String unit, long unitSize) {
        return Boolean.getBoolean(TERMINAL)
                ? new Bar(task, unit, unitSize, System.err)
                : new Lines(task, unit, unitSize, System.err);
    }

    /** On a terminal. */
    final class Bar implements ProgressView {
        private final ProgressBar bar;

        private Bar(String task, String unit, long unitSize, PrintStream to) {
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setUnit(" " + unit, unitSize)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(100)
                    .setConsumer(new ConsoleProgressBarConsumer(to))
                    .setInitialMax(-1)
                    .build();
        }

        @Override
        public void at(long done, long total) {
            bar.maxHint(total);
            bar.stepTo(done);
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    /** In a log. */
    final class Lines implements ProgressView {
        private static final int STEPS = 4;
        private final String task;
        private final String unit;
        private final long unitSize;
        private final PrintStream to;
        private long shown;

        private Lines(String task, String unit, long unitSize, PrintStream to) {
            this.task = task;
            this.unit = unit;
            this.unitSize = unitSize;
            this.to = to;
        }

        @Override
        public synchronized void at(long done, long total) {
            long step = total <= 0 ? 0 : done * STEPS / total;
            if (step > shown) {
                shown = step;
                to.println(String.format(Locale.ROOT, "%s %d/%d %s", task, done / unitSize, total / unitSize, unit));
            }
        }

        @Override
        public void close() {
            to.flush();
        }
    }
}
