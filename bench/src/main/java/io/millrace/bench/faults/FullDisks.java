package io.millrace.bench.faults;

import io.millrace.testing.deployment.Deployment;
import io.millrace.testing.deployment.DeploymentOptions;
import io.millrace.testing.deployment.Kind;
import io.millrace.testing.deployment.Node;
import io.millrace.testing.deployment.SmallDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One broker and one assembler whose disks are small, so that they can be full. Mounted before the deployment starts. */
final class FullDisks implements AutoCloseable {
    private static final int BROKER = 3;
    private static final int ASSEMBLER = 2;
    private static final long BROKER_BYTES = 6L << 30;
    private static final long STATE_BYTES = 1L << 30;
    private static final Duration FULL = Duration.ofSeconds(10);

    private final @Nullable SmallDisk broker;
    private final @Nullable SmallDisk state;

    private FullDisks(@Nullable SmallDisk broker, @Nullable SmallDisk state) {
        this.broker = broker;
        this.state = state;
    }

    /** Mounts what can be mounted here, and says why where it cannot. */
    static FullDisks mount(DeploymentOptions options, Consumer<String> notes) {
        return new FullDisks(
                mounted(Deployment.brokerFolder(options, BROKER), BROKER_BYTES, notes),
                mounted(Deployment.stateFolder(options, Kind.ASSEMBLER, ASSEMBLER), STATE_BYTES, notes));
    }

    /** No small disks: nothing will be filled. */
    static FullDisks none() {
        return new FullDisks(null, null);
    }

    /** Fills one after the other for a while. */
    void fill(Deployment deployment, FaultRun run) {
        fill(broker, deployment.nodes(Kind.BROKER).get(BROKER - 1), run);
        fill(state, deployment.nodes(Kind.ASSEMBLER).get(ASSEMBLER - 1), run);
    }

    @Override
    public void close() {
        if (broker != null) {
            broker.close();
        }
        if (state != null) {
            state.close();
        }
    }

    private static void fill(@Nullable SmallDisk disk, Node node, FaultRun run) {
        if (disk != null) {
            run.around("disk full for " + FULL.toSeconds() + " s", node, () -> {
                disk.fill();
                FaultRun.let(FULL);
                disk.free();
            });
        }
    }

    private static @Nullable SmallDisk mounted(Path folder, long bytes, Consumer<String> notes) {
        try {
            return SmallDisk.mount(folder, bytes);
        } catch (IOException e) {
            notes.accept("  skipped: a full disk at " + folder.getFileName() + ", because none can be mounted: "
                    + e.getMessage());
            return null;
        }
    }
}
