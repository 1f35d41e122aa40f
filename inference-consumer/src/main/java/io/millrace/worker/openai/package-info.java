/** Model servers that speak OpenAI's protocol. */
@NullMarked
package io.millrace.worker.openai;

import org.jspecify.annotations.NullMarked;
