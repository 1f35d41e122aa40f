/** Tests of the package of the same name. */
@NullMarked
package io.millrace.publisher.protocol;

import org.jspecify.annotations.NullMarked;
