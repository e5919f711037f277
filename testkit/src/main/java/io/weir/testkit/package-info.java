/**
 * An embedded server for tests: {@link io.weir.testkit.EmbeddedWeir} by itself, which needs no test framework, and for
 * JUnit {@link io.weir.testkit.WeirExtension} and {@link io.weir.testkit.WeirTest}.
 */
@NullMarked
package io.weir.testkit;

import org.jspecify.annotations.NullMarked;
