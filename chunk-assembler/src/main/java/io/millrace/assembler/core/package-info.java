/** What the assembler decides: pure functions of records and state, without Kafka, sockets or clocks. */
@NullMarked
package io.millrace.assembler.core;

import org.jspecify.annotations.NullMarked;
