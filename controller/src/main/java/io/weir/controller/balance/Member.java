package io.weir.controller.balance;

import java.util.Optional;

/**
 * A node as a plan sees it.
 *
 * @param id of the node
 * @param rack that it stands in, if known
 * @param presence whether it can be counted on
 */
public record Member(int id, Optional<String> rack, Presence presence) {}
