/** DescribeLogDirs and DescribeProducers. */
@NullMarked
package io.weir.broker.describe;

import org.jspecify.annotations.NullMarked;
