/** Requests about groups: each goes to the group's coordinator; those about several groups are split and merged. */
@NullMarked
package io.weir.proxy.group;

import org.jspecify.annotations.NullMarked;
