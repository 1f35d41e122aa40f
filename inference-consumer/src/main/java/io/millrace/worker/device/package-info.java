/** Watches the devices that models run on, and gives memory back before it runs out. */
@NullMarked
package io.millrace.worker.device;

import org.jspecify.annotations.NullMarked;
