package io.weir.broker;

import io.weir.broker.describe.AlterReplicaLogDirs;
import io.weir.broker.describe.DescribeLogDirs;
import io.weir.broker.describe.DescribeProducers;
import io.weir.broker.describe.LogDir;
import io.weir.broker.fetch.DelayedFetches;
import io.weir.broker.fetch.Fetch;
import io.weir.broker.lookup.PartitionLookup;
import io.weir.broker.metrics.BrokerMetrics;
import io.weir.broker.offsets.DeleteRecords;
import io.weir.broker.offsets.EpochOffsets;
import io.weir.broker.offsets.ListOffsets;
import io.weir.broker.ownership.LettingGo;
import io.weir.broker.produce.Produce;
import io.weir.kafka.Call;
import io.weir.kafka.Service;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.util.timer.Timer;

/**
 * The broker role's requests. Whoever may do what, quotas and fetch sessions are the proxy's business. Cancelling a
 * fetch's future, as when its connection closes, ends its waiting and gives everything back.
 */
public final class BrokerService implements Service, AutoCloseable {
    private static final Set<ApiKeys> APIS = Set.of(
            ApiKeys.PRODUCE,
            ApiKeys.FETCH,
            ApiKeys.LIST_OFFSETS,
            ApiKeys.OFFSET_FOR_LEADER_EPOCH,
            ApiKeys.DELETE_RECORDS,
            ApiKeys.DESCRIBE_LOG_DIRS,
            ApiKeys.ALTER_REPLICA_LOG_DIRS,
            ApiKeys.DESCRIBE_PRODUCERS);

    private final Produce produce;
    private final Fetch fetch;
    private final DelayedFetches delayed;
    private final ListOffsets listOffsets;
    private final EpochOffsets epochOffsets;
    private final LettingGo lettingGo;
    private final DeleteRecords deleteRecords;
    private final DescribeLogDirs describeLogDirs;
    private final AlterReplicaLogDirs alterReplicaLogDirs;
    private final DescribeProducers describeProducers;

    /**
     * Takes none of its parts over: whoever made the timer and the executor closes them, after this.
     *
     * @param timer the clock of all time-outs
     * @param time what durations are measured with
     * @param executor re-evaluates waiting fetches; its tasks are short and do not block
     */
    public BrokerService(
            PartitionLookup lookup,
            LogDir logDir,
            Timer timer,
            Time time,
            Executor executor,
            BrokerMetrics metrics,
            BrokerConfig config) {
        this.delayed = new DelayedFetches(timer, executor, metrics, config);
        this.produce = new Produce(lookup, timer, metrics, config);
        this.fetch = new Fetch(lookup, delayed, metrics, config);
        this.listOffsets = new ListOffsets(lookup, timer, metrics, config);
        this.epochOffsets = new EpochOffsets(lookup, metrics);
        this.lettingGo = new LettingGo(lookup, metrics, time);
        this.deleteRecords = new DeleteRecords(lookup, timer, metrics, config);
        this.describeLogDirs = new DescribeLogDirs(lookup, logDir);
        this.alterReplicaLogDirs = new AlterReplicaLogDirs(lookup, logDir);
        this.describeProducers = new DescribeProducers(lookup, metrics);
    }

    @Override
    public Set<ApiKeys> apis() {
        return APIS;
    }

    @Override
    public CompletableFuture<? extends ApiMessage> call(Call call) {
        try {
            return switch (call.api()) {
                case PRODUCE -> produce.handle(call);
                case FETCH -> fetch.handle(call);
                case LIST_OFFSETS -> listOffsets.handle(call);
                case OFFSET_FOR_LEADER_EPOCH ->
                    LettingGo.isAsked(call) ? lettingGo.handle(call) : epochOffsets.handle(call);
                case DELETE_RECORDS -> deleteRecords.handle(call);
                case DESCRIBE_LOG_DIRS -> describeLogDirs.handle(call);
                case ALTER_REPLICA_LOG_DIRS -> alterReplicaLogDirs.handle(call);
                case DESCRIBE_PRODUCERS -> describeProducers.handle(call);
                default ->
                    throw new UnsupportedVersionException("The broker role does not answer " + call.api()
                            + ": ask the role that has it among its apis");
            };
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    /** Answers every waiting fetch with what is there; later ones do not wait. */
    @Override
    public void close() {
        delayed.close();
    }
}
