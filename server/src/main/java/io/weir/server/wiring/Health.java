package io.weir.server.wiring;

import io.weir.metadata.node.NodeState;
import io.weir.server.http.Readiness;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Whether this node can do its part, asked of those of its rooms that there are. Any thread; does not block. */
final class Health implements Readiness {
    private enum Phase {
        STARTING,
        STARTED,
        CLOSING
    }

    private final List<Supplier<Optional<String>>> questions = new CopyOnWriteArrayList<>();
    private volatile Phase phase = Phase.STARTING;

    /** Adds what may be missing; the answer is a sentence for people. */
    void ask(Supplier<Optional<String>> question) {
        questions.add(question);
    }

    void ask(MetadataRoom metadata) {
        ask(() -> metadata.raft().activeController().isPresent()
                ? Optional.empty()
                : Optional.of("The controllers have no leader, as far as this node knows."));
    }

    void ask(MemberRoom member) {
        ask(() -> member.state() == NodeState.ACTIVE
                ? Optional.empty()
                : Optional.of("The controller does not take this node for alive: its registration is " + member.state()
                        + "."));
    }

    void ask(LogRoom log) {
        ask(() -> log.log().trouble().map(trouble -> "Storage: " + trouble));
    }

    void started() {
        phase = Phase.STARTED;
    }

    void closing() {
        phase = Phase.CLOSING;
    }

    @Override
    public List<String> missing() {
        List<String> missing = new ArrayList<>();
        switch (phase) {
            case STARTING -> missing.add("The node is starting.");
            case CLOSING -> missing.add("The node is shutting down.");
            case STARTED -> {}
        }
        questions.forEach(question -> question.get().ifPresent(missing::add));
        return missing;
    }
}
