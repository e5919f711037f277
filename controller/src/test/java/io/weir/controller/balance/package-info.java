/** Plans hold what they promise for any cluster, and a controller that plans brings nodes of one process in order. */
@NullMarked
package io.weir.controller.balance;

import org.jspecify.annotations.NullMarked;
