@NullMarked
package io.weir.broker.records;

import org.jspecify.annotations.NullMarked;
