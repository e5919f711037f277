package io.weir.kafka.wire;

import io.weir.common.buffer.LeasedRecords;
import io.weir.common.error.WeirException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.ObjIntConsumer;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ShareFetchResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.jspecify.annotations.Nullable;

/** What the wire has to know of the inside of answers. */
public final class Answers {
    private Answers() {}

    /** Gives back the leases of all records in {@code message}: of one that was written or will not be. */
    public static void release(@Nullable ApiMessage message) {
        if (message instanceof FetchResponseData fetch) {
            for (var topic : fetch.responses()) {
                for (var partition : topic.partitions()) {
                    release(partition.records());
                }
            }
        } else if (message instanceof ShareFetchResponseData fetch) {
            for (var topic : fetch.responses()) {
                for (var partition : topic.partitions()) {
                    release(partition.records());
                }
            }
        }
    }

    /** Bytes of records that {@code message} holds on to. */
    static long recordBytes(@Nullable ApiMessage message) {
        long bytes = 0;
        if (message instanceof FetchResponseData fetch) {
            for (var topic : fetch.responses()) {
                for (var partition : topic.partitions()) {
                    bytes += sizeOf(partition.records());
                }
            }
        } else if (message instanceof ShareFetchResponseData fetch) {
            for (var topic : fetch.responses()) {
                for (var partition : topic.partitions()) {
                    bytes += sizeOf(partition.records());
                }
            }
        }
        return bytes;
    }

    private static int sizeOf(@Nullable BaseRecords records) {
        return records == null ? 0 : records.sizeInBytes();
    }

    private static void release(@Nullable BaseRecords records) {
        if (records instanceof LeasedRecords leased) {
            leased.release();
        }
    }

    /** Tells each error in {@code message}, those of its partitions included; the hot ones without making a map. */
    static void errors(ApiMessage message, short version, ObjIntConsumer<Errors> told) {
        switch (message) {
            case ProduceResponseData produce -> {
                for (var topic : produce.responses()) {
                    for (var partition : topic.partitionResponses()) {
                        tell(partition.errorCode(), told);
                    }
                }
            }
            case FetchResponseData fetch -> {
                tell(fetch.errorCode(), told);
                for (var topic : fetch.responses()) {
                    for (var partition : topic.partitions()) {
                        tell(partition.errorCode(), told);
                    }
                }
            }
            case ShareFetchResponseData fetch -> {
                tell(fetch.errorCode(), told);
                for (var topic : fetch.responses()) {
                    for (var partition : topic.partitions()) {
                        tell(partition.errorCode(), told);
                    }
                }
            }
            default ->
                KnownResponses.errorCounts(message, version).forEach((error, count) -> {
                    if (error != Errors.NONE) {
                        told.accept(error, count);
                    }
                });
        }
    }

    private static void tell(short code, ObjIntConsumer<Errors> told) {
        if (code != 0) {
            told.accept(Errors.forCode(code), 1);
        }
    }

    /** What to tell a client of a failure: one of Kafka's exceptions, which have error codes. */
    static Throwable forClient(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (!(cause instanceof WeirException fault)) {
            return cause;
        }
        return switch (fault.kind()) {
            case UNAVAILABLE, CORRUPT -> new KafkaStorageException(fault.getMessage(), fault);
            case FENCED, CLOSED -> new NotLeaderOrFollowerException(fault.getMessage(), fault);
            case INVALID -> new InvalidRequestException(String.valueOf(fault.getMessage()), fault);
            case INTERNAL -> new UnknownServerException(fault.getMessage(), fault);
        };
    }
}
