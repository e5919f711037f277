/**
 * Any store with faults, for tests and for the simulation: operations fail before or after their effect, take
 * long, stall, run out of room; a crash loses what was not flushed; stored bytes are damaged. All by an injected
 * random source or by script, so that a seed repeats a run.
 */
@NullMarked
package io.weir.storage.fault;

import org.jspecify.annotations.NullMarked;
