@NullMarked
package io.weir.server.logging;

import org.jspecify.annotations.NullMarked;
