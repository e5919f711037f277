/** Record batches looked at through their headers alone, without decoding or objects per batch. */
@NullMarked
package io.weir.broker.records;

import org.jspecify.annotations.NullMarked;
