/** Looks whether a deployment is as it must be: brokers, topics, models, edge, disk. */
@NullMarked
package io.millrace.standalone.operations.check;

import org.jspecify.annotations.NullMarked;
