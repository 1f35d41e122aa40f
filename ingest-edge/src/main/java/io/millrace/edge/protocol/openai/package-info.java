/** The OpenAI-compatible endpoints, translated to and from the edge's services. */
@NullMarked
package io.millrace.edge.protocol.openai;

import org.jspecify.annotations.NullMarked;
