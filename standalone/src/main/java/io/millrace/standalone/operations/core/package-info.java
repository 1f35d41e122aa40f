/** What operators decide about, without Kafka: dead letters, replays, findings. */
@NullMarked
package io.millrace.standalone.operations.core;

import org.jspecify.annotations.NullMarked;
