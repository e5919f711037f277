/** JSON documents out of maps and lists, without reflection: the command line has no time to warm up. */
@NullMarked
package io.weir.server.json;

import org.jspecify.annotations.NullMarked;
