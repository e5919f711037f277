package io.weir.server.command;

import io.weir.common.error.WeirException;
import io.weir.server.local.LocalProcess;
import io.weir.server.local.LocalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        description = "Show the quorum, the nodes, who owns how much, and what is wrong.",
        footer = {
            "",
            "Without --bootstrap-server it shows the cluster that start-local has left in --data, if there is one.",
            "Exit code 1 when something is wrong."
        })
final class ClusterStatusCommand implements Callable<Integer> {
    @Mixin
    final ClientOptions options = new ClientOptions();

    @Mixin
    final LocalDirectory directory = new LocalDirectory();

    @Option(
            names = "--http-url",
            paramLabel = "URL",
            description = "HTTP listener of any node (default: port 8090 of the first bootstrap server).")
    private @Nullable String httpUrl;

    private final CommandContext context;

    ClusterStatusCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Optional<LocalRecord> local = options.bootstrapServer.equals(ClientOptions.DEFAULT_BOOTSTRAP)
                ? LocalRecord.read(directory.path)
                : Optional.empty();
        List<LocalProcess> processes = local.map(LocalRecord::processes).orElse(List.of());
        if (!processes.isEmpty()) {
            options.bootstrapServer = local.orElseThrow().bootstrap();
        }
        Optional<Map<?, ?>> document = document(processes);
        List<String> remarks = new ArrayList<>();
        Optional<QuorumInfo> quorum = quorum(remarks);
        ClusterStatus status =
                new ClusterStatus(options.bootstrapServer, quorum, document, processes, List.copyOf(remarks));
        Output output = new Output(context.out());
        if (options.json) {
            output.json(status.json());
        } else {
            status.print(output);
        }
        return status.problems().isEmpty() ? 0 : 1;
    }

    /** What any node that answers knows. */
    private Optional<Map<?, ?>> document(List<LocalProcess> processes) {
        if (httpUrl == null && !processes.isEmpty()) {
            return processes.stream()
                    .filter(process -> !process.http().isEmpty() && process.isAlive())
                    .<Map<?, ?>>flatMap(process -> NodeHttp.of("http://" + process.http(), options).cluster().stream())
                    .findFirst();
        }
        return NodeHttp.of(httpUrl, options).cluster();
    }

    /** A cluster that does not answer is what one wants to see the status of: a remark, and no failure. */
    private Optional<QuorumInfo> quorum(List<String> remarks) {
        try (Admin admin = context.clients().admin(options)) {
            return Optional.of(Await.result(admin.describeMetadataQuorum().quorumInfo(), options));
        } catch (KafkaException | WeirException e) {
            remarks.add(Failures.explain(e));
            return Optional.empty();
        }
    }
}
