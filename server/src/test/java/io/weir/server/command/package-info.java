@NullMarked
package io.weir.server.command;

import org.jspecify.annotations.NullMarked;
