/** Tells others that a job has ended: signed, at least once, again and again until they say that they know. */
@NullMarked
package io.millrace.publisher.webhooks;

import org.jspecify.annotations.NullMarked;
