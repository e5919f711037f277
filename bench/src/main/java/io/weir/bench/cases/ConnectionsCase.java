package io.weir.bench.cases;

import io.weir.bench.load.Clients;
import io.weir.bench.load.Dimension;
import io.weir.bench.load.Payloads;
import io.weir.bench.load.Sender;
import io.weir.bench.load.Workload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Many connections that each send little. */
final class ConnectionsCase implements Case {
    @Override
    public String name() {
        return "connections";
    }

    @Override
    public String description() {
        return "time until a record is acknowledged when many producers, each with its own connections, send in turn";
    }

    @Override
    public Workload defaults() {
        return LatencyCase.fixedRate()
                .with(Dimension.RATE, 10_000)
                .with(Dimension.PARTITIONS, 6)
                .with(Dimension.CONNECTIONS, 500);
    }

    @Override
    public long diskBytes(Workload workload) {
        return LatencyCase.fixedRateBytes(workload);
    }

    @Override
    public List<Figure> run(Trial trial) throws IOException, InterruptedException {
        Workload workload = trial.workload();
        int rate = workload.count(Dimension.RATE);
        int connections = workload.count(Dimension.CONNECTIONS);
        Clients clients = trial.start();
        String topic = trial.topic(clients, workload.count(Dimension.PARTITIONS));
        Payloads payloads = new Payloads(workload.count(Dimension.RECORD_SIZE));
        Map<String, String> small = Map.of(ProducerConfig.BUFFER_MEMORY_CONFIG, "1048576");
        List<Sender> senders = new ArrayList<>();
        try {
            trial.progress().phase("connect");
            for (int number = 0; number < connections; number++) {
                senders.add(new Sender(clients.producer(workload, small), topic, payloads));
                senders.getLast().send();
                trial.progress().interim(() -> senders.size() + " of " + connections);
            }
            for (Sender sender : senders) {
                sender.flush();
            }
            LatencyRun run = new LatencyRun(senders, 0, trial.progress(), trial.time());
            trial.progress().phase("warm-up");
            run.run(rate, workload.count(Dimension.WARMUP));
            trial.progress().phase("connections");
            Trial.Taken taken = trial.measure(() -> run.run(rate, workload.count(Dimension.SECONDS)));
            List<Figure> figures = new ArrayList<>(LatencyCase.figures(run.latencies(), taken, workload));
            figures.add(Figure.less("resident memory", "MB", trial.residentBytes() / 1e6));
            return figures;
        } finally {
            senders.forEach(Sender::close);
        }
    }
}
