/** Identities of idempotent producers: numbers that are given once in the cluster's life, taken in blocks. */
@NullMarked
package io.weir.proxy.producer;

import org.jspecify.annotations.NullMarked;
