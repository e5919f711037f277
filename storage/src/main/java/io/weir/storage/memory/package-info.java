/**
 * The store in memory, for tests and for embedded servers that need not outlive their process. It knows what has
 * been flushed and what has not, and can lose the difference.
 */
@NullMarked
package io.weir.storage.memory;

import org.jspecify.annotations.NullMarked;
