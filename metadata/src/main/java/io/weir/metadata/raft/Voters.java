package io.weir.metadata.raft;

import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The controllers that vote, by node id, with the addresses at which they are reached. The same on every node of a
 * cluster: {@code controller.quorum.voters}. None means that a node is a quorum of its own and nobody has to reach it.
 *
 * @param addresses unresolved, so that a name may move to another address
 */
public record Voters(SortedMap<Integer, InetSocketAddress> addresses) {
    private static final Pattern VOTER = Pattern.compile("(\\d{1,9})@(\\[[^]]+]|[^:@\\s]+):(\\d{1,5})");
    private static final int MAX_PORT = 65_535;

    /** Copies the map. */
    public Voters {
        addresses = Collections.unmodifiableSortedMap(new TreeMap<>(addresses));
    }

    /** A node on its own. */
    public static Voters none() {
        return new Voters(new TreeMap<>());
    }

    /**
     * Reads {@code 1@host:port} of each voter.
     *
     * @throws IllegalArgumentException saying what is wrong with which one
     */
    public static Voters parse(List<String> texts) {
        SortedMap<Integer, InetSocketAddress> found = new TreeMap<>();
        for (String text : texts) {
            Matcher parts = VOTER.matcher(text.strip());
            if (!parts.matches()) {
                throw new IllegalArgumentException(
                        "'" + text + "' is no voter; write <node.id>@<host>:<port>, such as 1@10.0.0.1:9093");
            }
            int id = Integer.parseInt(parts.group(1));
            int port = Integer.parseInt(parts.group(3));
            if (port == 0 || port > MAX_PORT) {
                throw new IllegalArgumentException("'" + text + "': the port must be within 1..65535");
            }
            String host = parts.group(2).startsWith("[")
                    ? parts.group(2).substring(1, parts.group(2).length() - 1)
                    : parts.group(2);
            if (found.put(id, InetSocketAddress.createUnresolved(host, port)) != null) {
                throw new IllegalArgumentException("node " + id + " is named twice");
            }
        }
        if (found.values().stream().distinct().count() < found.size()) {
            throw new IllegalArgumentException("two voters have the same address in " + texts);
        }
        return new Voters(found);
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return addresses.isEmpty();
    }

    /** Whether that node votes. */
    public boolean contains(int nodeId) {
        return addresses.containsKey(nodeId);
    }

    /** Where that node's controller is reached; empty when it does not vote. */
    public Optional<InetSocketAddress> address(int nodeId) {
        return Optional.ofNullable(addresses.get(nodeId));
    }

    /** How many of the voters have a lower id than this one: 0, 1, 2 and so on, another number for each voter. */
    public int position(int nodeId) {
        return addresses.headMap(nodeId).size();
    }

    /** How many of them decide. */
    int majority() {
        return addresses.size() / 2 + 1;
    }

    /** As the setting spells them. */
    @Override
    public String toString() {
        return addresses.entrySet().stream()
                .map(Voters::text)
                .reduce((left, right) -> left + "," + right)
                .orElse("");
    }

    private static String text(Map.Entry<Integer, InetSocketAddress> voter) {
        String host = voter.getValue().getHostString();
        return voter.getKey() + "@" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + voter.getValue().getPort();
    }
}
