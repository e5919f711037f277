/** What the kernel knows: processor time and memory of processes, load of the machine. */
@NullMarked
package io.weir.bench.machine;

import org.jspecify.annotations.NullMarked;
