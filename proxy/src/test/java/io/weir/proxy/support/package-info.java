/** A cluster of fakes around a real proxy: images made of real records, roles that remember what they were asked. */
@NullMarked
package io.weir.proxy.support;

import org.jspecify.annotations.NullMarked;
