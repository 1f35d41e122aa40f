/** Tests of the package of the same name. */
@NullMarked
package io.millrace.edge.jobs;

import org.jspecify.annotations.NullMarked;
