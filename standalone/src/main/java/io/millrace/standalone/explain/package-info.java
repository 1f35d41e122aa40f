/** Tells the life of one upload, job or request from what stands of it in the topics. */
@NullMarked
package io.millrace.standalone.explain;

import org.jspecify.annotations.NullMarked;
