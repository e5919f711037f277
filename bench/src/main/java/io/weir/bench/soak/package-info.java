/**
 * {@code bin/soak}: one node under every kind of load for a long time, restarted and killed now and then, with a verdict
 * in the end on losses, duplicates, leaks and drift.
 *
 * <p>Each kept partition has one idempotent producer that numbers its records from 0: so the record at offset n must
 * have number n, for whoever reads it, whenever.
 */
@NullMarked
package io.weir.bench.soak;

import org.jspecify.annotations.NullMarked;
