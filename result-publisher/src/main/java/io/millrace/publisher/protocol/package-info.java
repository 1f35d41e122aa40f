/** What subscribers, readers and other services say and hear: WebSockets, pages, queries. Translates, never touches Kafka. */
@NullMarked
package io.millrace.publisher.protocol;

import org.jspecify.annotations.NullMarked;
