/** What it costs to follow results: fan-out, reading again, idle sockets, failover, a call. */
@NullMarked
package io.millrace.bench.results;

import org.jspecify.annotations.NullMarked;
