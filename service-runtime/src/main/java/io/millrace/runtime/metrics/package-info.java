/** What a process measures: a catalogue per service, from which its meters and their page are made. */
@NullMarked
package io.millrace.runtime.metrics;

import org.jspecify.annotations.NullMarked;
