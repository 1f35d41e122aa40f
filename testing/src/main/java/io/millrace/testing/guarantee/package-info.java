/** The promises of the architecture as objects that watch a run and say whether they held. */
@NullMarked
package io.millrace.testing.guarantee;

import org.jspecify.annotations.NullMarked;
