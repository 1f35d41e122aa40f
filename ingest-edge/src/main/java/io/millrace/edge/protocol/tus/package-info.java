/** The tus 1.0.0 protocol, translated to and from the ingest service. */
@NullMarked
package io.millrace.edge.protocol.tus;

import org.jspecify.annotations.NullMarked;
