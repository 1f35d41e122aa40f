/** Tests of the scripted model server. */
@NullMarked
package io.millrace.testing.model;

import org.jspecify.annotations.NullMarked;
