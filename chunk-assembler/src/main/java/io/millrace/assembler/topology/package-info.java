/** The Kafka Streams application: chunk records in, upload state, requests and events of jobs out. */
@NullMarked
package io.millrace.assembler.topology;

import org.jspecify.annotations.NullMarked;
