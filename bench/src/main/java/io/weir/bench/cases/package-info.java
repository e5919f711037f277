/** What is measured: each case is one question, put to one target. */
@NullMarked
package io.weir.bench.cases;

import org.jspecify.annotations.NullMarked;
