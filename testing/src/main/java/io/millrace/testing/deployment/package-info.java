/** The whole of Millrace as it is deployed, three brokers and every service a process of its own, to be broken on purpose. */
@NullMarked
package io.millrace.testing.deployment;

import org.jspecify.annotations.NullMarked;
