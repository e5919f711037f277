/** For the tests of modules that work with partitions. */
@NullMarked
package io.weir.log.fake;

import org.jspecify.annotations.NullMarked;
