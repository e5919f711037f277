@NullMarked
package io.weir.server.local;

import org.jspecify.annotations.NullMarked;
