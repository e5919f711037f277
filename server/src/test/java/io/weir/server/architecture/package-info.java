@NullMarked
package io.weir.server.architecture;

import org.jspecify.annotations.NullMarked;
