/** What every protocol of resumable uploads over HTTP shares. */
@NullMarked
package io.millrace.edge.protocol.uploads;

import org.jspecify.annotations.NullMarked;
