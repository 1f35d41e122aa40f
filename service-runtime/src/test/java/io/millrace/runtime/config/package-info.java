/** Tests of the configuration. */
@NullMarked
package io.millrace.runtime.config;

import org.jspecify.annotations.NullMarked;
