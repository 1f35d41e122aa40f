/** Sends the content of files, read back by reference from where their chunks lie. */
@NullMarked
package io.millrace.edge.content;

import org.jspecify.annotations.NullMarked;
