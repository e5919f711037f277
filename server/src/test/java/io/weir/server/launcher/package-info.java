@NullMarked
package io.weir.server.launcher;

import org.jspecify.annotations.NullMarked;
