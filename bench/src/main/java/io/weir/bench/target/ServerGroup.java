package io.weir.bench.target;

import java.util.List;
import java.util.stream.Collectors;

/** Processes that are one system. Closed from any thread. */
record ServerGroup(List<ServerProcess> members) implements Server {
    ServerGroup {
        members = List.copyOf(members);
    }

    @Override
    public String bootstrap() {
        return members.stream().map(Server::bootstrap).collect(Collectors.joining(","));
    }

    /** Nothing once one of them has ended: the system is not what was started. */
    @Override
    public List<Long> pids() {
        return members.stream().anyMatch(member -> member.pids().isEmpty())
                ? List.of()
                : members.stream().flatMap(member -> member.pids().stream()).toList();
    }

    /** With SIGKILL: told to end, the last ones would wait for a quorum that there is no more. */
    @Override
    public void close() {
        members.forEach(ServerProcess::kill);
    }
}
