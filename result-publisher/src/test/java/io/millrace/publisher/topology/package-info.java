/** Tests of the package of the same name. */
@NullMarked
package io.millrace.publisher.topology;

import org.jspecify.annotations.NullMarked;
