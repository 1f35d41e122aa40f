/** Questions to the services that know: the assembler about uploads, the publisher about jobs. */
@NullMarked
package io.millrace.edge.queries;

import org.jspecify.annotations.NullMarked;
