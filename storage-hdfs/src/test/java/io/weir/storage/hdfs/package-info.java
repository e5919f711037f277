@NullMarked
package io.weir.storage.hdfs;

import org.jspecify.annotations.NullMarked;
