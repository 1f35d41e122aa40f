/** Runs requests again on purpose: chosen from the lanes, kept as a plan in a folder, carried out once. */
@NullMarked
package io.millrace.standalone.operations.replay;

import org.jspecify.annotations.NullMarked;
