package io.weir.server.settings;

/** Names of the settings that Kafka does not have. */
public final class WeirKeys {
    /** Which roles this process plays. */
    public static final String ROLES = "roles";

    /** Directory of everything that this node keeps. */
    public static final String DATA_DIR = "weir.data.dir";

    /** Which back end keeps the log. */
    public static final String STORE = "weir.store";

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

    /** Text or JSON lines. */
    public static final String LOG_FORMAT = "weir.log.format";

    /** Level of Weir's own loggers. */
    public static final String LOG_LEVEL = "weir.log.level";

    private WeirKeys() {}
}
