package io.millrace.testing;

/** Where a test's cluster comes from. */
sealed interface ClusterSource extends AutoCloseable permits LocalSource, ContainerSource, GivenSource {
    String bootstrapServers();

    @Override
    void close();
}
