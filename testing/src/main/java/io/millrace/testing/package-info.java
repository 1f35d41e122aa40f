/** What the tests of all modules share: a real Kafka cluster, and waiting for conditions. */
@NullMarked
package io.millrace.testing;

import org.jspecify.annotations.NullMarked;
