@NullMarked
package io.weir.server.settings;

import org.jspecify.annotations.NullMarked;
