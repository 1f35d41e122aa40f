/** Tests of the package of the same name. */
@NullMarked
package io.millrace.publisher;

import org.jspecify.annotations.NullMarked;
