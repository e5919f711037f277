package io.weir.server.settings;

/** Names of the settings that Kafka does not have. */
public final class WeirKeys {
    /** Which roles this process plays. */
    public static final String ROLES = "roles";

    /** The cluster's id. */
    public static final String CLUSTER_ID = "cluster.id";

    /** Where other nodes call this one. */
    public static final String INTERNAL_LISTENER = "weir.internal.listener";

    /** Where other nodes are told to call this one. */
    public static final String INTERNAL_ADVERTISED = "weir.internal.advertised";

    /** Where this node's controller listens. */
    public static final String CONTROLLER_LISTENER = "weir.controller.listener";

    /** What all nodes share. */
    public static final String INTERNAL_SECRET_FILE = "weir.internal.secret.file";

    /** Whether the controller asks for nodes that miss a heartbeat. */
    public static final String CRASH_DETECTION = "weir.crash.detection.enable";

    /** How long a node that stops waits for others to take its partitions over. */
    public static final String LEAVE_TIMEOUT_MS = "weir.leave.timeout.ms";

    /** How long records wait for an owner. */
    public static final String PROXY_PRODUCE_RETRY_MS = "weir.proxy.produce.retry.ms";

    /** How long other requests wait for an owner. */
    public static final String PROXY_REQUEST_RETRY_MS = "weir.proxy.request.retry.ms";

    /** Memory for recent records of other nodes' partitions. */
    public static final String PROXY_TAIL_CACHE_BYTES = "weir.proxy.tail.cache.bytes";

    /** Whether candidates are kept complete. */
    public static final String BALANCE_CANDIDATES = "weir.balance.candidates.enable";

    /** How long nodes must have stayed as they are. */
    public static final String BALANCE_SETTLE_MS = "weir.balance.settle.ms";

    /** How long a partition may be without any candidate. */
    public static final String BALANCE_ORPHAN_MS = "weir.balance.orphan.ms";

    /** How long a node may be unregistered. */
    public static final String BALANCE_GONE_MS = "weir.balance.gone.ms";

    /** How long a node may be silent. */
    public static final String BALANCE_ABSENT_MS = "weir.balance.absent.ms";

    /** Owners that change at a time. */
    public static final String BALANCE_BATCH_OWNERS = "weir.balance.batch.owners";

    /** Partitions that change at a time. */
    public static final String BALANCE_BATCH_PARTITIONS = "weir.balance.batch.partitions";

    /** Pause between two changes. */
    public static final String BALANCE_PAUSE_MS = "weir.balance.pause.ms";

    /** Directory of everything that this node keeps. */
    public static final String DATA_DIR = "weir.data.dir";

    /** Which back end keeps the log. */
    public static final String STORE = "weir.store";

    /** Where core-site.xml and hdfs-site.xml are. */
    public static final String HDFS_CONF_DIR = "weir.hdfs.conf.dir";

    /** Copies of each file. */
    public static final String HDFS_REPLICATION = "weir.hdfs.replication";

    /** Length of a block. */
    public static final String HDFS_BLOCK_BYTES = "weir.hdfs.block.bytes";

    /** Whether a flush waits for the DataNodes' disks. */
    public static final String HDFS_HSYNC = "weir.hdfs.hsync";

    /** When the DataNodes of a write are asked for a sign of life. */
    public static final String HDFS_SUSPECT_MS = "weir.hdfs.suspect.ms";

    /** When a write is given up in any case. */
    public static final String HDFS_STALL_MS = "weir.hdfs.stall.timeout.ms";

    /** How long a file may take to be closed under its writer. */
    public static final String HDFS_FENCE_MS = "weir.hdfs.fence.timeout.ms";

    /** Who to log in as. */
    public static final String HDFS_PRINCIPAL = "weir.hdfs.kerberos.principal";

    /** The principal's keys. */
    public static final String HDFS_KEYTAB = "weir.hdfs.kerberos.keytab";

    /** Whether files are written past the page cache. */
    public static final String DIRECT_IO = "weir.direct.io";

    /** Address of metrics, health and the API. */
    public static final String HTTP_LISTENER = "weir.http.listener";

    /** Memory for recent batches. */
    public static final String TAIL_CACHE_BYTES = "weir.tail.cache.bytes";

    /** Memory for old batches. */
    public static final String READ_CACHE_BYTES = "weir.read.cache.bytes";

    /** Length at which the next commit log file begins. */
    public static final String COMMIT_LOG_FILE_BYTES = "weir.commit.log.file.bytes";

    /** Bound of all commit log files together. */
    public static final String COMMIT_LOG_MAX_BYTES = "weir.commit.log.max.bytes";

    /** Size of a partition's tail that is worth a segment. */
    public static final String SEGMENT_FLUSH_BYTES = "weir.segment.flush.bytes";

    /** Age of a partition's tail at which it is written out. */
    public static final String SEGMENT_FLUSH_MS = "weir.segment.flush.ms";

    /** Loss window of {@code weir.ack=buffer}. */
    public static final String ACK_BUFFER_MAX_BYTES = "weir.ack.buffer.max.bytes";

    /** How long a request may take to arrive, and answers to be taken. */
    public static final String CONNECTION_STALL_MS = "weir.connection.stall.timeout.ms";

    /** Slower than this costs the connection while memory is short. */
    public static final String CONNECTION_MIN_BYTES_PER_SECOND = "weir.connection.min.bytes.per.second";

    /** Produce and Fetch requests of one connection at a time. */
    public static final String CONNECTION_MAX_IN_FLIGHT = "weir.connection.max.in.flight.requests";

    /** What the fetches of one connection may ask for at a time. */
    public static final String CONNECTION_MAX_ANSWER_BYTES = "weir.connection.max.answer.bytes";

    /** Unsent bytes with which a connection is not read. */
    public static final String CONNECTION_WRITE_BUFFER_BYTES = "weir.connection.write.buffer.bytes";

    /** Longest request without records. */
    public static final String CONTROL_REQUEST_MAX_BYTES = "weir.control.request.max.bytes";

    /** Values in one request. */
    public static final String REQUEST_MAX_FIELDS = "weir.request.max.fields";

    /** Heap of requests that are worked on. */
    public static final String QUEUED_MAX_CONTROL_BYTES = "weir.queued.max.control.bytes";

    /** Answers that nobody has taken. */
    public static final String QUEUED_MAX_ANSWER_BYTES = "weir.queued.max.answer.bytes";

    /** Partitions in waiting fetches. */
    public static final String FETCH_MAX_WAITING_PARTITIONS = "weir.fetch.max.waiting.partitions";

    /** Partitions in fetch sessions. */
    public static final String FETCH_SESSION_CACHE_PARTITIONS = "weir.fetch.session.cache.partitions";

    /** Epoll or Java's selector. */
    public static final String NETWORK_NATIVE = "weir.network.native";

    /** How long a shutdown waits for requests. */
    public static final String NETWORK_CLOSE_MS = "weir.network.close.timeout.ms";

    /** Text or JSON lines. */
    public static final String LOG_FORMAT = "weir.log.format";

    /** Level of Weir's own loggers. */
    public static final String LOG_LEVEL = "weir.log.level";

    private WeirKeys() {}
}
