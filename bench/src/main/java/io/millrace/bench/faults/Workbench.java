package io.millrace.bench.faults;

import io.millrace.client.MillraceClient;
import java.nio.file.Path;

/**
 * What everybody needs who submits jobs.
 *
 * @param client sends over the bad link
 * @param following waits for the results
 * @param folder where input files lie
 * @param watch sees everything
 */
record Workbench(MillraceClient client, Following following, Path folder, Watch watch) {}
