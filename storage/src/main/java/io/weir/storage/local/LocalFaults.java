package io.weir.storage.local;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Turns what the operating system says into a fault with a kind and a way out. */
final class LocalFaults {
    private LocalFaults() {}

    /** The fault for {@code cause}, met in the attempt to {@code action} (a verb) {@code path}. */
    static WeirException of(String action, Path path, IOException cause) {
        String attempt = "Cannot " + action + " " + path + ": ";
        if (cause instanceof NoSuchFileException) {
            return new WeirException(FaultKind.INVALID, attempt + "there is no such file", cause);
        }
        if (cause instanceof FileAlreadyExistsException) {
            return new WeirException(FaultKind.INVALID, attempt + "it exists already", cause);
        }
        if (cause instanceof ClosedByInterruptException) {
            return new WeirException(FaultKind.UNAVAILABLE, attempt + "the thread was interrupted", cause);
        }
        if (cause instanceof ClosedChannelException) {
            return new WeirException(FaultKind.CLOSED, attempt + "it was closed meanwhile", cause);
        }
        return new WeirException(FaultKind.UNAVAILABLE, attempt + reason(cause), cause);
    }

    // Java has no error numbers: the system's words are all there is. Unknown words get the general advice.
    private static String reason(IOException cause) {
        String said = words(cause.getMessage());
        if (cause instanceof AccessDeniedException || said.contains("Permission denied")) {
            return "permission denied. Let the user that runs Weir read and write there, or set "
                    + LocalStoreConfig.DIRECTORY_SETTING + " to a directory that it may write.";
        }
        if (saysFull(cause)) {
            return "the disk is full (" + said + "). Free space there, shorten retention, or set "
                    + LocalStoreConfig.DIRECTORY_SETTING + " to a larger disk.";
        }
        if (said.contains("Operation not permitted")) {
            return "the system does not permit it though the directory may be written: is it immutable (chattr -i)? Or set "
                    + LocalStoreConfig.DIRECTORY_SETTING + " to another directory.";
        }
        if (said.contains("Read-only file system")) {
            return "the file system is read-only. Remount it writable (the kernel's log says why it changed), or set "
                    + LocalStoreConfig.DIRECTORY_SETTING + " to another one.";
        }
        if (said.contains("Too many open files")) {
            return "too many open files. Raise the limit (ulimit -n, LimitNOFILE).";
        }
        if (said.contains("Not a directory")) {
            return "a part of the path is a file where a directory is needed.";
        }
        return cause.getClass().getSimpleName() + ": " + said + ". Look at the disk and the kernel's log.";
    }

    static boolean saysFull(IOException cause) {
        String said = words(cause.getMessage());
        return said.contains("No space left") || said.contains("quota exceeded");
    }

    private static String words(@Nullable String message) {
        return message == null ? "no reason given" : message;
    }
}
