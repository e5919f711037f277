package io.weir.controller.balance;

/**
 * What a plan is to achieve.
 *
 * @param candidates enough of them for each partition, and none that is gone
 * @param leaders as many for each node as for any other
 */
public record Goals(boolean candidates, boolean leaders) {}
