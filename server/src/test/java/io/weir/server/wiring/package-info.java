@NullMarked
package io.weir.server.wiring;

import org.jspecify.annotations.NullMarked;
