@NullMarked
package io.weir.server.json;

import org.jspecify.annotations.NullMarked;
