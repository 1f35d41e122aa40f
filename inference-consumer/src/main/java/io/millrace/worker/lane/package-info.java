/** Reads lanes through Kafka share groups: slots, locks and their renewal, acknowledgements. */
@NullMarked
package io.millrace.worker.lane;

import org.jspecify.annotations.NullMarked;
