package io.millrace.runtime.kafka;

/**
 * Where an acknowledged record lies.
 *
 * @param partition the partition of its topic
 * @param offset its offset there
 */
public record ProducedTo(int partition, long offset) {}
