@NullMarked
package io.weir.log.tail;

import org.jspecify.annotations.NullMarked;
