/** What every HTTP endpoint of the edge shares: routes, answers, errors. */
@NullMarked
package io.millrace.edge.http;

import org.jspecify.annotations.NullMarked;
