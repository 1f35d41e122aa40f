/** A Kafka broker, or three, in processes of their own that live no longer than whoever started them. */
@NullMarked
package io.millrace.broker;

import org.jspecify.annotations.NullMarked;
