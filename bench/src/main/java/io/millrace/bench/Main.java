package io.millrace.bench;

import io.millrace.bench.faults.FaultsCommand;
import io.millrace.bench.results.FailoverFigure;
import io.millrace.bench.results.FanOutFigures;
import io.millrace.bench.results.IdleSocketsFigure;
import io.millrace.bench.results.ReplayFigure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace-bench}: measures, prints, and exits with 1 when a target was missed. */
@Command(
        name = "millrace-bench",
        mixinStandardHelpOptions = true,
        subcommands = FaultsCommand.class,
        description = "Measures Millrace, each figure beside its baseline or target.")
public final class Main implements Callable<Integer> {
    /** What can be measured. */
    enum Subject {
        startup,
        calls,
        job,
        writes,
        uploads,
        chunks,
        assembler,
        pipeline,
        fanout,
        replay,
        idle,
        failover,
        trivial,
        deltas,
        mixed,
        interactive,
        edgeheap,
        heap,
        jobs
    }

    @Parameters(arity = "0..*", description = "What to measure: ${COMPLETION-CANDIDATES}; all by default.")
    private List<Subject> subjects = List.of(Subject.values());

    @Option(
            names = "--passages",
            defaultValue = "10000",
            description = "Texts of job, mixed and interactive (${DEFAULT-VALUE}).")
    private int passages;

    @Option(
            names = "--calls",
            defaultValue = "1000",
            description = "Calls after the warm-up, of calls and interactive (${DEFAULT-VALUE}).")
    private int calls;

    @Option(names = "--starts", defaultValue = "5", description = "Starts of millrace up (${DEFAULT-VALUE}).")
    private int starts;

    @Option(names = "--megabytes", defaultValue = "200", description = "Size of the uploaded file (${DEFAULT-VALUE}).")
    private int megabytes;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "Runs of each scenario of uploads and chunks (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--requests",
            defaultValue = "50000",
            description = "Requests of pipeline and heap (${DEFAULT-VALUE}).")
    private int requests;

    @Option(
            names = "--lines",
            defaultValue = "1000000",
            description = "Lines of the largest of jobs (${DEFAULT-VALUE}).")
    private int lines;

    private Main() {}

    /** Runs the command and exits. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path root = Path.of(System.getProperty("millrace.root", "."));
        System.out.println(Machine.describe());
        List<Figure> figures = new ArrayList<>();
        for (Subject subject : subjects) {
            System.out.println(subject + ":");
            figures.addAll(
                    switch (subject) {
                        case startup -> StartupFigure.measure(root, starts);
                        case calls -> CallOverheadFigure.measure(root, calls);
                        case job -> JobFigure.measure(root, passages);
                        case writes -> WriteAmplificationFigure.measure(root, megabytes);
                        case uploads -> UploadFigures.measure(root, rounds);
                        case chunks -> NativeFigure.measure(root, megabytes, rounds);
                        case assembler -> AssemblerFigures.measure(megabytes);
                        case pipeline -> PipelineFigure.measure(root, requests);
                        case fanout -> FanOutFigures.measure();
                        case replay -> ReplayFigure.measure();
                        case idle -> IdleSocketsFigure.measure();
                        case failover -> FailoverFigure.measure();
                        case trivial -> TrivialCallFigures.measure(calls);
                        case deltas -> DeltaFigures.measure(root);
                        case mixed -> JobFigure.measureMixed(root, passages);
                        case interactive -> InteractiveFigure.measure(root, calls, passages);
                        case heap -> WorkerHeapFigure.measure(root, requests);
                        case jobs -> LargeJobFigures.measure(root, lines);
                        case edgeheap -> EdgeHeapFigure.measure();
                    });
        }
        System.out.println();
        figures.forEach(System.out::println);
        return figures.stream().allMatch(Figure::met) ? 0 : 1;
    }
}
