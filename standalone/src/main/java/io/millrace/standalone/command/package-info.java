/** The subcommands: each reads its options, calls what does the work, and says how it went by its exit code. */
@NullMarked
package io.millrace.standalone.command;

import org.jspecify.annotations.NullMarked;
