/** Fetch: read what is there; if it is too little, wait on the partitions without a thread, then read again. */
@NullMarked
package io.weir.broker.fetch;

import org.jspecify.annotations.NullMarked;
