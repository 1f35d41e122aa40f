/** What workers are told to stop wasting work on. */
@NullMarked
package io.millrace.worker.control;

import org.jspecify.annotations.NullMarked;
