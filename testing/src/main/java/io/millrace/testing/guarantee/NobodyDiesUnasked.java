package io.millrace.testing.guarantee;

import java.util.HashSet;
import java.util.Set;

/** G8: no process ends but those that were ended on purpose. */
public final class NobodyDiesUnasked implements Guarantee {
    private final Set<String> condemned = new HashSet<>();
    private final Set<String> dead = new HashSet<>();
    private final Violations violations = new Violations();
    private long deaths;

    /** This process is going to be ended, or may end by what is done to it. */
    public synchronized void condemn(String process) {
        condemned.add(process);
    }

    /** It runs again and is to stay. */
    public synchronized void back(String process) {
        condemned.remove(process);
        dead.remove(process);
    }

    /** It was looked at. */
    public synchronized void seen(String process, boolean alive) {
        if (alive || !dead.add(process)) {
            return;
        }
        deaths++;
        if (!condemned.contains(process)) {
            violations.add(process + " ended, and nobody had ended it");
        }
    }

    @Override
    public synchronized Verdict verdict() {
        return Verdict.of(this, deaths + " ends of processes seen", violations);
    }
}
