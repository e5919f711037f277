/** A real controller in a temporary directory, started, stopped and killed. */
@NullMarked
package io.weir.controller;

import org.jspecify.annotations.NullMarked;
