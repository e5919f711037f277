package io.weir.storage;

import java.util.Collection;
import java.util.List;

/**
 * A place for files, at the level of files rather than of requests, so that HDFS and object stores fit as well as
 * a disk does. Paths are names joined by {@code /} as {@link StorePaths} says; directories come and go by themselves.
 *
 * <p>Threads: every method may be called from any thread and may block. Faults are
 * {@link io.weir.common.error.WeirException}: UNAVAILABLE when the outcome of the call is unknown or it may be
 * tried again, FENCED when another has taken the write right, INVALID for a file that does or does not exist
 * against the caller's word, CORRUPT when the store itself says so, CLOSED after {@link #close}.
 */
public interface Store extends AutoCloseable {
    /**
     * Makes a new file for appending. Of several callers with one path exactly one wins, on every back end; the
     * name is durable when this returns.
     *
     * @throws io.weir.common.error.WeirException INVALID when the file exists
     */
    AppendFile create(String path);

    /**
     * Makes a new file for a log that is flushed often, deleted soon and made again, with the name as in
     * {@link #create}. A back end may hand out a deleted journal's space again, so that a flush has no metadata to
     * write, or let it grow ahead of what is appended. Then the file is longer than what was appended, and what stands
     * behind is a deleted journal's, or zeros; of bytes that were not flushed any may be old after a crash. So the
     * content must say itself where it ends. Appends come in multiples of {@link AppendFile#blockBytes}. A reader must not keep a
     * journal open beyond its deletion.
     *
     * @throws io.weir.common.error.WeirException INVALID when the file exists
     */
    default AppendFile createJournal(String path) {
        return create(path);
    }

    /**
     * Opens what is there for reading. Bytes that are appended later need not be seen.
     *
     * @throws io.weir.common.error.WeirException INVALID when there is no such file
     */
    ReadFile open(String path);

    /** Every file whose path begins with {@code prefix}, in order of path; empty when there is none. */
    List<FileStatus> list(String prefix);

    /**
     * Removes the file; no effect when it is not there. Readers that have it open may go on or fail, but see no
     * other bytes; its writer fails. A loss of power soon after may bring the file back.
     */
    void delete(String path);

    /**
     * Takes the write right away from whoever appends to the file: after this returns no append or flush of an
     * earlier writer succeeds any more, what it had flushed is there, and the length is final. Idempotent.
     *
     * @return the final length in bytes
     */
    long fence(String path);

    /** Where the files are, in words for people: an address, or a directory of a disk. */
    default String place() {
        return "the store";
    }

    /**
     * The files below each of these directories, in no order: what {@link #list} finds of one after the other, sooner
     * where each question is a journey. Many of them need not exist.
     *
     * @param directories prefixes that end with a slash, none below another
     */
    default List<FileStatus> listAll(Collection<String> directories) {
        return directories.stream()
                .flatMap(directory -> list(directory).stream())
                .toList();
    }

    /** How its files are best read. */
    default ReadAdvice readAdvice() {
        return ReadAdvice.PLAIN;
    }

    @Override
    void close();
}
