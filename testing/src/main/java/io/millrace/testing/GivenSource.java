package io.millrace.testing;

/** A cluster that was there before the tests and stays. */
record GivenSource(String bootstrapServers) implements ClusterSource {
    @Override
    public void close() {
        // It is not ours.
    }
}
