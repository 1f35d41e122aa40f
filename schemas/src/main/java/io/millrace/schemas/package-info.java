/** The wire format: topic and header names, ids, serdes. The Protobuf messages are generated into {@code v1}. */
@NullMarked
package io.millrace.schemas;

import org.jspecify.annotations.NullMarked;
