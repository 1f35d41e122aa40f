/** What every service stands on: its start and stop, health, metrics, logging and HTTP servers. */
@NullMarked
package io.millrace.runtime;

import org.jspecify.annotations.NullMarked;
