package io.weir.bench.cases;

import io.weir.bench.load.Clients;
import io.weir.bench.load.Dimension;
import io.weir.bench.load.Payloads;
import io.weir.bench.load.Sender;
import io.weir.bench.load.Topics;
import io.weir.bench.load.Workload;
import io.weir.bench.target.Server;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** From nothing to the first record that is acknowledged. */
final class StartCase implements Case {
    private static final String TOPIC = "first";

    @Override
    public String name() {
        return "start";
    }

    @Override
    public String description() {
        return "time from starting the process until the first record is acknowledged: with an empty data directory, the"
                + " topic's making included, and once more with that directory";
    }

    @Override
    public Workload defaults() {
        return Workload.empty().with(Dimension.RECORD_SIZE, 1024).with(Dimension.PARTITIONS, 1);
    }

    @Override
    public boolean startsServers() {
        return true;
    }

    @Override
    public long diskBytes(Workload workload) {
        return 100_000_000;
    }

    @Override
    public List<Figure> run(Trial trial) throws IOException, InterruptedException {
        trial.progress().phase("warm-up");
        firstRecord(trial, trial.format(), true);
        trial.stop();
        Path directory = trial.format();
        trial.progress().phase("first start");
        Trial.Taken empty = trial.measure(() -> firstRecord(trial, directory, true));
        trial.stop();
        trial.progress().phase("start again");
        Trial.Taken again = trial.measure(() -> firstRecord(trial, directory, false));
        return List.of(
                Figure.less("empty directory", "s", empty.seconds()),
                Figure.less("again", "s", again.seconds()),
                Figure.less("server CPU, empty", "s", empty.cpu().processSeconds()),
                Figure.less("server CPU, again", "s", again.cpu().processSeconds()),
                Figure.less("resident memory", "MB", trial.residentBytes() / 1e6));
    }

    /** Starts the server and returns when it has taken one record. */
    private static void firstRecord(Trial trial, Path directory, boolean makeTopic)
            throws IOException, InterruptedException {
        Server server = trial.launch(directory);
        trial.awaitPort(server);
        Clients clients = new Clients(server.bootstrap());
        Workload workload = trial.workload().with(Dimension.LINGER, 0);
        if (makeTopic) {
            new Topics(clients, trial.time()).create(TOPIC, workload.count(Dimension.PARTITIONS));
        }
        Payloads payloads = new Payloads(workload.count(Dimension.RECORD_SIZE));
        try (Sender sender = new Sender(clients.producer(workload), TOPIC, payloads)) {
            sender.send();
            sender.flush();
        }
    }
}
