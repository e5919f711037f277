package io.weir.bench.load;

import java.util.List;
import java.util.Locale;

/** What of a workload can be set. Each is an option of the command line. */
public enum Dimension {
    RECORDS("number of records that are measured", 1),
    RECORD_SIZE("bytes of a record's value", 16),
    PARTITIONS("partitions of the topic", 1),
    COMPRESSION("codec of the producers", "none gzip snappy lz4 zstd"),
    PRODUCERS("producers, each with a thread of its own", 1),
    CONSUMERS("consumers; each reads all of the topic", 1),
    CONNECTIONS("clients, each with a connection of its own", 1),
    RATE("records a second, over all producers", 1),
    SECONDS("how long is measured", 1),
    WARMUP("seconds before that, which do not count", 0),
    PASSES("how often the topic is read while it is measured", 1),
    LINGER("linger.ms of the producers", 0),
    BATCH_SIZE("batch.size of the producers, in bytes", 0),
    BACKLOG("megabytes of old data", 1),
    READ_RATE("megabytes a second at which each consumer reads old data, 0 for as fast as it goes", 0),
    COLD("yes drops the machine's page cache before old data are read, which only root may", "no yes"),
    BROKERS("brokers of a cluster of Weir at the start", 1),
    PROXIES("its proxies, 0 for brokers that are proxies, too", 0),
    CONTROLLERS("its controllers", 1),
    DATA_NODES("DataNodes of its HDFS; three replicas when there are as many", 1);

    private final String description;
    private final long minimum;
    /** Separated by blanks; empty for a number. */
    private final String words;

    Dimension(String description, long minimum) {
        this.description = description;
        this.minimum = minimum;
        this.words = "";
    }

    Dimension(String description, String words) {
        this.description = description;
        this.minimum = 0;
        this.words = words;
    }

    /** What it means, in a few words. */
    public String description() {
        return description;
    }

    /** Its name as a word of a command line: {@code record-size}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException when the value cannot be */
    void check(String value) {
        if (!words.isEmpty()) {
            if (!List.of(words.split(" ")).contains(value)) {
                throw new IllegalArgumentException(
                        "--" + word() + " cannot be '" + value + "': one of " + words.replace(" ", ", "));
            }
            return;
        }
        if (!value.matches("\\d{1,12}") || Long.parseLong(value) < minimum) {
            throw new IllegalArgumentException(
                    "--" + word() + " cannot be '" + value + "': a number of at least " + minimum);
        }
    }
}
