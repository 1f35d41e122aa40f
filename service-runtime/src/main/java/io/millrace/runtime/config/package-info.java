/** Configuration as one tree of records that check themselves, and the reference page that is made from them. */
@NullMarked
package io.millrace.runtime.config;

import org.jspecify.annotations.NullMarked;
