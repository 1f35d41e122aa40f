/** Tests of the package of the same name. */
@NullMarked
package io.millrace.publisher.core;

import org.jspecify.annotations.NullMarked;
