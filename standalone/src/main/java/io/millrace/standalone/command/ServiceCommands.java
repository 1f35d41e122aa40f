package io.millrace.standalone.command;

import io.millrace.assembler.AssemblerMain;
import io.millrace.edge.EdgeMain;
import io.millrace.publisher.PublisherMain;
import io.millrace.worker.WorkerMain;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace edge|assembler|worker|publisher}: one service, for a deployment. */
@Command
public final class ServiceCommands {
    @Command(name = "edge", description = "Runs one ingest-edge.")
    void edge(@Mixin ConfigOptions options) {
        EdgeMain.main(options.arguments());
    }

    @Command(name = "assembler", description = "Runs one chunk-assembler.")
    void assembler(@Mixin ConfigOptions options) {
        AssemblerMain.main(options.arguments());
    }

    @Command(name = "worker", description = "Runs one inference-consumer.")
    void worker(@Mixin ConfigOptions options) {
        WorkerMain.main(options.arguments());
    }

    @Command(name = "publisher", description = "Runs one result-publisher.")
    void publisher(@Mixin ConfigOptions options) {
        PublisherMain.main(options.arguments());
    }
}
