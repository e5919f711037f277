package io.weir.server.wiring;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.kafka.Service;
import io.weir.metadata.node.HealthConfig;
import io.weir.metadata.node.Incarnations;
import io.weir.metadata.node.IsrHealer;
import io.weir.metadata.node.NodeRegistration;
import io.weir.metadata.node.NodeState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.Endpoint;

/** This node as a member of its cluster: registered, alive, well, and with its in-sync sets in order. */
final class MemberRoom implements AutoCloseable {
    private final NodeRegistration registration;
    private final Optional<IsrHealer> healer;
    private final CompletableFuture<Void> read;
    private final CompletableFuture<Long> registered;

    /**
     * Begins to register.
     *
     * @param controller whichever decides
     * @param endpoints where clients and nodes find this one
     * @param trouble that is this node's own; asked only where there are others to take over
     * @param fatal told when what this node owns has become somebody else's without its knowing
     */
    MemberRoom(
            Site site,
            Knowledge known,
            MetadataRoom metadata,
            Service controller,
            List<Endpoint> endpoints,
            Supplier<Optional<String>> trouble,
            Consumer<Throwable> fatal) {
        this.registration = new NodeRegistration(
                site.configs().registration(metadata.clusterId(), endpoints),
                controller,
                Incarnations.in(metadata.directory()),
                () -> known.view().image().highestOffsetAndEpoch().offset(),
                site.registry());
        this.healer = !site.alone() && site.ownsPartitions()
                ? Optional.of(
                        new IsrHealer(site.configs().healer(), controller, registration::brokerEpoch, site.registry()))
                : Optional.empty();
        if (!site.alone()) {
            registration.watchHealth(HealthConfig.defaults(), trouble);
            if (site.ownsPartitions()) {
                endWithTheEpoch(site, fatal);
            }
        }
        this.read = metadata.raft().install(List.of(registration));
        this.registered = registration.start();
    }

    /** The commit log belongs to one epoch; under another one this process would write what nobody reads. */
    private void endWithTheEpoch(Site site, Consumer<Throwable> fatal) {
        AtomicLong first = new AtomicLong(-1);
        registration.onEpoch(epoch -> {
            if (!first.compareAndSet(-1, epoch)) {
                fatal.accept(new WeirException(
                        FaultKind.FENCED,
                        "The controllers took node " + site.nodeId() + " for gone and registered it anew (epoch "
                                + epoch + " after " + first.get()
                                + "): what it owned has other owners. Start it again"));
            }
        });
    }

    /** Done when the metadata log has been read to its end. */
    CompletableFuture<Void> read() {
        return read;
    }

    /** The broker epoch. */
    CompletableFuture<Long> registered() {
        return registered;
    }

    /** Asks to be used; done when the controller has agreed. */
    CompletableFuture<Void> activate() {
        return registration.activate();
    }

    /** To be told of images that the view shows; not where nobody else could be in sync. */
    Optional<IsrHealer> healer() {
        return healer;
    }

    NodeState state() {
        return registration.state();
    }

    /** Stops without a word, as a crash does. */
    void kill() {
        registration.kill();
    }

    /** Hands over what this node has, then leaves. */
    @Override
    public void close() {
        registration.close();
        healer.ifPresent(IsrHealer::close);
    }
}
