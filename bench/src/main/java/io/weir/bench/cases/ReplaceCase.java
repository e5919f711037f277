package io.weir.bench.cases;

import io.weir.bench.load.Clients;
import io.weir.bench.load.Dimension;
import io.weir.bench.load.Filler;
import io.weir.bench.load.Owners;
import io.weir.bench.load.Payloads;
import io.weir.bench.load.Sender;
import io.weir.bench.load.Workload;
import io.weir.bench.target.WeirNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** How long it takes until a new node has taken the place of one that died for good. */
final class ReplaceCase implements Case {
    @Override
    public String name() {
        return "replace";
    }

    @Override
    public String description() {
        return "kill -9 for good of a broker that owns so many partitions with old data, and at once the start of a new one with"
                + " a new number: until that one leads its share and every partition takes records, and what was copied";
    }

    @Override
    public Workload defaults() {
        return LoadedCluster.sizes(2).with(Dimension.RATE, 500).with(Dimension.BACKLOG, 20_000);
    }

    @Override
    public boolean handlesCluster() {
        return true;
    }

    @Override
    public long diskBytes(Workload workload) {
        // What is in the commit log and in segments already is there twice for a while: the plan's own factor covers
        // it.
        return LoadedCluster.diskBytes(workload)
                + workload.number(Dimension.BACKLOG) * 1_050_000 * Topologies.replicas(workload) * 3 / 5;
    }

    @Override
    public List<Figure> run(Trial trial) throws IOException, InterruptedException {
        AtomicReference<@Nullable Sender> prober = new AtomicReference<>();
        try (LoadedCluster loaded = LoadedCluster.start(trial, (clients, topic, owners) -> {
                    fill(trial, clients, topic, owners);
                    prober.set(prober(clients, topic));
                });
                Sender probe = Objects.requireNonNull(prober.get())) {
            WeirNode victim = loaded.fullest();
            int owned = Owners.of(victim.id(), loaded.owners().now()).size();
            WeirNode fresh = trial.cluster().addBroker();
            trial.progress().phase("replace");
            MovedBytes moved = new MovedBytes(trial.cluster());
            long killed = loaded.load().mark();
            victim.kill();
            fresh.start();
            fresh.awaitReady();
            long ready = trial.time().nanoseconds();
            loaded.awaitAllServed();
            List<Double> after =
                    loaded.load().servedAfter(List.copyOf(loaded.owners().now().keySet()));
            long even = loaded.awaitEven();
            double pause = loaded.load().longestMs();
            // The load would take seconds to come to each of them.
            for (int partition : Owners.of(fresh.id(), loaded.owners().now())) {
                probe.send(partition, () -> {});
            }
            probe.flush();
            long serves = trial.time().nanoseconds();
            trial.pause(2);
            loaded.settle();
            List<Figure> figures = new ArrayList<>(List.of(
                    Figure.more("partitions of the dead node", "", owned),
                    Figure.less("until the new one serves its share", "s", LoadedCluster.seconds(killed, serves)),
                    Figure.less("until the new one was ready", "s", LoadedCluster.seconds(killed, ready)),
                    Figure.less("until all were writable", "s", after.getLast()),
                    Figure.less("until leaders were even", "s", LoadedCluster.seconds(killed, even)),
                    Figure.less("longest pause", "s", pause / 1e3),
                    Figure.less("errors", "", loaded.load().errors())));
            figures.addAll(moved.figures("in all"));
            return figures;
        }
    }

    /** It has sent before, and knows the topic. */
    private static Sender prober(Clients clients, String topic) throws IOException {
        Sender sender = new Sender(clients.producer(Workload.empty(), Map.of()), topic, new Payloads(100));
        sender.send(0, () -> {});
        sender.flush();
        return sender;
    }

    /** All of it to the partitions of the broker that will die. */
    private static void fill(Trial trial, Clients clients, String topic, Owners owners)
            throws IOException, InterruptedException {
        trial.progress().phase("old data");
        long bytes = trial.workload().number(Dimension.BACKLOG) * 1_000_000;
        Map<Integer, Integer> leaders = owners.now();
        new Filler(clients, topic)
                .fill(
                        Owners.of(Owners.fullest(leaders), leaders),
                        bytes,
                        done -> trial.progress().interim(() -> done / 1_000_000 + " of " + bytes / 1_000_000 + " MB"));
    }
}
