package io.weir.kafka.client;

import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ShareFetchRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.UpdateFeaturesRequestData;
import org.apache.kafka.common.protocol.ApiMessage;

/** How long a request asks its peer to wait, by its own words. */
final class Waits {
    /** A member that syncs waits for its leader as long as a rebalance may take, which its request does not say. */
    private static final int REBALANCE_MS = 5 * 60 * 1000;

    private static final int LONGEST_MS = 30 * 60 * 1000;

    private Waits() {}

    static int milliseconds(ApiMessage request) {
        int wanted = switch (request) {
            case ProduceRequestData produce -> produce.timeoutMs();
            case FetchRequestData fetch -> fetch.maxWaitMs();
            case ShareFetchRequestData fetch -> fetch.maxWaitMs();
            case JoinGroupRequestData join -> Math.max(join.rebalanceTimeoutMs(), join.sessionTimeoutMs());
            case SyncGroupRequestData sync -> REBALANCE_MS;
            case CreateTopicsRequestData create -> create.timeoutMs();
            case DeleteTopicsRequestData delete -> delete.timeoutMs();
            case CreatePartitionsRequestData create -> create.timeoutMs();
            case DeleteRecordsRequestData delete -> delete.timeoutMs();
            case ElectLeadersRequestData elect -> elect.timeoutMs();
            case AlterPartitionReassignmentsRequestData alter -> alter.timeoutMs();
            case UpdateFeaturesRequestData update -> update.timeoutMs();
            default -> 0;
        };
        return Math.clamp(wanted, 0, LONGEST_MS);
    }
}
