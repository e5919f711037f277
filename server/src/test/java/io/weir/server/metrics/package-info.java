@NullMarked
package io.weir.server.metrics;

import org.jspecify.annotations.NullMarked;
