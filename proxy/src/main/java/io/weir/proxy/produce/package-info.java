/**
 * Produce: to the owners. A request that has one owner, as nearly all have, is passed on as it came, records and all;
 * one with several is cut by partition, without copying records.
 */
@NullMarked
package io.weir.proxy.produce;

import org.jspecify.annotations.NullMarked;
