/**
 * The store on a local directory: the embedded default. One process has the directory at a time, held by a file
 * lock; a file's name is durable when it has been created, its bytes when they have been flushed.
 */
@NullMarked
package io.weir.storage.local;

import org.jspecify.annotations.NullMarked;
