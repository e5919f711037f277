package io.weir.controller.balance;

import java.util.List;

/**
 * A partition as a plan sees it.
 *
 * @param topic by name
 * @param partition of the topic
 * @param candidates who may own it, the preferred owner first; of a partition that is being moved, where it moves to
 * @param leader who owns it now, or -1
 * @param fixed whether it has to be left alone, because somebody is moving it already
 * @param orphaned whether it has had no owner for so long that a node outside its candidates may adopt it
 */
public record Slot(String topic, int partition, List<Integer> candidates, int leader, boolean fixed, boolean orphaned) {
    /** Copies the list. */
    public Slot {
        candidates = List.copyOf(candidates);
    }
}
