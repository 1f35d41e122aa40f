/** Shows that brokers start, stop, die and come back as promised. */
@NullMarked
package io.millrace.broker;

import org.jspecify.annotations.NullMarked;
