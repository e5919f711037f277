package io.weir.bench.cases;

import io.weir.bench.load.Clients;
import io.weir.bench.load.Dimension;
import io.weir.bench.load.Filler;
import io.weir.bench.load.Payloads;
import io.weir.bench.load.Reader;
import io.weir.bench.load.SteadyLoad;
import io.weir.bench.load.Workload;
import io.weir.bench.target.NodeMetrics;
import io.weir.bench.target.WeirCluster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Whether many consumers of a partition cost its owner and the store more than one does. */
final class FanOutCase implements Case {
    private static final long FETCH_BYTES = 1_000_000;
    private static final List<Integer> PARTITION = List.of(0);

    @Override
    public String name() {
        return "fan-out";
    }

    @Override
    public String description() {
        return "many consumers that read old data of one partition and then follow it, all through proxies: what its owner and"
                + " the store are asked for, against one consumer";
    }

    @Override
    public Workload defaults() {
        Workload sizes = Workload.empty()
                .with(Dimension.CONSUMERS, 100)
                .with(Dimension.BACKLOG, 200) // more than the owner has in memory
                .with(Dimension.RATE, 200)
                .with(Dimension.RECORD_SIZE, 1000)
                .with(Dimension.SECONDS, 30);
        return Topologies.in(sizes, 1);
    }

    @Override
    public boolean handlesCluster() {
        return true;
    }

    @Override
    public long diskBytes(Workload workload) {
        long load = workload.number(Dimension.SECONDS)
                * workload.number(Dimension.RATE)
                * workload.number(Dimension.RECORD_SIZE);
        return 3 * (workload.number(Dimension.BACKLOG) * 1_050_000 + load) * Topologies.replicas(workload);
    }

    /** What readers were the cause of. */
    private record Asked(double ownerFetches, double ownerMegabytes, double storeReads, double storeMegabytes) {}

    @Override
    public List<Figure> run(Trial trial) throws IOException, InterruptedException {
        Workload workload = trial.workload();
        Clients clients = trial.start();
        int consumers = workload.count(Dimension.CONSUMERS);
        trial.progress().phase("warm-up");
        ask(trial, clients, 1);
        trial.progress().phase("one consumer");
        Asked one = ask(trial, clients, 1);
        trial.progress().phase(consumers + " consumers");
        Asked all = ask(trial, clients, consumers);
        String many = " with " + consumers;
        // Who is asked for the last of the old data depends on how much of it is in segments by then: the sum does not.
        return List.of(
                Figure.less(
                        "bytes of owner and store" + many + " / with 1",
                        "x",
                        (all.ownerMegabytes + all.storeMegabytes) / (one.ownerMegabytes + one.storeMegabytes)),
                Figure.less("owner's bytes" + many + " / with 1", "x", all.ownerMegabytes / one.ownerMegabytes),
                Figure.less("store's bytes" + many + " / with 1", "x", all.storeMegabytes / one.storeMegabytes),
                Figure.less("owner's bytes with 1", "MB", one.ownerMegabytes),
                Figure.less("owner's bytes" + many, "MB", all.ownerMegabytes),
                Figure.less("fetches at the owner with 1", "", one.ownerFetches),
                Figure.less("fetches at the owner" + many, "", all.ownerFetches),
                Figure.less("store's bytes with 1", "MB", one.storeMegabytes),
                Figure.less("store's bytes" + many, "MB", all.storeMegabytes),
                Figure.less("reads of the store with 1", "", one.storeReads),
                Figure.less("reads of the store" + many, "", all.storeReads));
    }

    /** A new topic with old data and a steady load; each reader reads all of it. */
    private static Asked ask(Trial trial, Clients clients, int readers) throws IOException, InterruptedException {
        Workload workload = trial.workload();
        String topic = trial.topic(clients, 1);
        long old = new Filler(clients, topic)
                .fill(
                        PARTITION,
                        workload.number(Dimension.BACKLOG) * 1_000_000,
                        done -> trial.progress().interim(() -> done / 1_000_000 + " MB of old data"));
        int rate = workload.count(Dimension.RATE);
        long wanted = old + (long) rate * workload.number(Dimension.SECONDS);
        AtomicLong read = new AtomicLong();
        NodeMetrics before = metrics(trial);
        NodeMetrics ownerBefore = WeirCluster.metrics(trial.cluster().brokers());
        try (SteadyLoad load = new SteadyLoad(
                        clients, topic, 1, 1, rate, new Payloads(workload.count(Dimension.RECORD_SIZE)), trial.time());
                ExecutorService threads = Executors.newFixedThreadPool(readers)) {
            List<Future<?>> reading = new ArrayList<>();
            for (int reader = 0; reader < readers; reader++) {
                reading.add(threads.submit(() -> {
                    try (Reader one = new Reader(clients, topic, FETCH_BYTES)) {
                        AtomicLong mine = new AtomicLong();
                        one.readFromBeginning(wanted, so -> {
                            read.addAndGet(so - mine.getAndSet(so));
                            trial.progress().interim(() -> read.get() * 100 / (wanted * readers) + " % read");
                        });
                        return null;
                    }
                }));
            }
            for (Future<?> one : reading) {
                await(one);
            }
            load.stop();
            if (load.errors() > 0) {
                throw new IOException("a record was refused" + load.because());
            }
        }
        NodeMetrics after = metrics(trial);
        NodeMetrics ownerAfter = WeirCluster.metrics(trial.cluster().brokers());
        String fetch = "api=\"Fetch\"";
        String reads = "operation=\"read\"";
        return new Asked(
                grown(ownerBefore, ownerAfter, "weir_internal_server_requests_total", fetch),
                grown(ownerBefore, ownerAfter, "weir_internal_server_response_bytes_total", fetch) / 1e6,
                grown(before, after, "weir_storage_operation_seconds_count", reads),
                grown(before, after, "weir_storage_bytes_total", reads) / 1e6);
    }

    private static void await(Future<?> reading) throws IOException, InterruptedException {
        try {
            reading.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    private static NodeMetrics metrics(Trial trial) throws IOException, InterruptedException {
        return WeirCluster.metrics(trial.cluster().brokers())
                .plus(WeirCluster.metrics(trial.cluster().proxies()));
    }

    private static double grown(NodeMetrics before, NodeMetrics now, String name, String label) {
        return now.sum(name, label) - before.sum(name, label);
    }
}
