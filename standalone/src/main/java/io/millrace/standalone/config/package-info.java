/** The whole configuration, and the topics that follow from it. */
@NullMarked
package io.millrace.standalone.config;

import org.jspecify.annotations.NullMarked;
