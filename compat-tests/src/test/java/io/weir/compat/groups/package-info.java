/** Consumer groups of both protocols: members that join, leave, die, return and commit. */
@NullMarked
package io.weir.compat.groups;

import org.jspecify.annotations.NullMarked;
