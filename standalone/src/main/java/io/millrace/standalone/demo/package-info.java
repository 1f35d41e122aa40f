/** The main job on real input, with a link that breaks, and an account of whether every promise was kept. */
@NullMarked
package io.millrace.standalone.demo;

import org.jspecify.annotations.NullMarked;
