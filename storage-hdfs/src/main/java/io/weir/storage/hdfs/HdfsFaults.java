package io.weir.storage.hdfs;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.PathIsDirectoryException;
import org.apache.hadoop.hdfs.BlockMissingException;
import org.apache.hadoop.hdfs.protocol.AlreadyBeingCreatedException;
import org.apache.hadoop.hdfs.protocol.QuotaExceededException;
import org.apache.hadoop.hdfs.server.namenode.SafeModeException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.ipc.StandbyException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.security.KerberosAuthException;
import org.jspecify.annotations.Nullable;

/** Turns what HDFS says into a fault with a kind and a way out. Pure. */
final class HdfsFaults {
    private HdfsFaults() {}

    /** The fault for {@code cause}, met in the attempt to {@code action} (a verb) {@code path}. */
    static WeirException of(String action, String path, IOException cause) {
        IOException said = unwrap(cause);
        return new WeirException(kind(said), "Cannot " + action + " " + path + ": " + reason(said), cause);
    }

    /** The server's own exception, where it is one that the client knows. */
    static IOException unwrap(IOException cause) {
        return cause instanceof RemoteException remote ? remote.unwrapRemoteException() : cause;
    }

    private static FaultKind kind(IOException said) {
        if (saysRecovering(said)) {
            return FaultKind.INVALID; // somebody closes a file of that name: it exists
        }
        if (saysLeaseLost(said)) {
            return FaultKind.FENCED;
        }
        if (saysThroughAFile(said)) {
            return FaultKind.INVALID;
        }
        return switch (said) {
            case FileAlreadyExistsException _,
                    AlreadyBeingCreatedException _,
                    PathIsDirectoryException _,
                    FileNotFoundException _ -> FaultKind.INVALID;
            case ChecksumException _ -> FaultKind.CORRUPT;
            default -> isClosed(said) ? FaultKind.CLOSED : FaultKind.UNAVAILABLE;
        };
    }

    /**
     * Whether {@code cause}, met by the writer of a file, says that the file is no longer the writer's: it was
     * deleted, or its lease was taken or is being taken.
     */
    static boolean saysNotTheWriter(IOException cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            IOException said = at instanceof IOException io ? unwrap(io) : null;
            if (said != null
                    && (saysLeaseLost(said)
                            || saysRecovering(said)
                            || said instanceof FileNotFoundException
                            || words(said).contains("UNDER_RECOVERY"))) {
                return true;
            }
        }
        return false;
    }

    // The client knows these two by name alone.
    private static boolean saysLeaseLost(IOException said) {
        return className(said).endsWith(".LeaseExpiredException");
    }

    private static boolean saysRecovering(IOException said) {
        return className(said).endsWith(".RecoveryInProgressException");
    }

    private static String className(IOException said) {
        return said instanceof RemoteException remote
                ? remote.getClassName()
                : said.getClass().getName();
    }

    private static boolean isClosed(IOException said) {
        return words(said).contains("Filesystem closed");
    }

    /** Whether a part of the path is a file where a directory is needed; the NameNode calls it a matter of permission. */
    static boolean saysThroughAFile(IOException said) {
        return said instanceof ParentNotDirectoryException
                || (said instanceof AccessControlException && words(said).contains("is not a directory"));
    }

    private static String reason(IOException said) {
        String words = firstLine(words(said));
        if (saysThroughAFile(said)) {
            return "a part of the path is a file where a directory is needed (" + words + ")";
        }
        return switch (said) {
            case FileAlreadyExistsException _, AlreadyBeingCreatedException _ -> "it exists already (" + words + ")";
            case PathIsDirectoryException _ -> "it is a directory";
            case FileNotFoundException _ -> "there is no such file (" + words + ")";
            case KerberosAuthException _ ->
                "the login failed (" + words + "). Look at weir.hdfs.kerberos.principal, weir.hdfs.kerberos.keytab and"
                        + " krb5.conf.";
            case AccessControlException _ ->
                "HDFS does not permit it (" + words + "). Give the user that Weir runs as the right to write below "
                        + HdfsStoreConfig.ROOT_SETTING + ", or set HADOOP_USER_NAME or weir.hdfs.kerberos.principal.";
            case QuotaExceededException _ ->
                "a quota is exhausted (" + words + "). Raise it (hdfs dfsadmin -setSpaceQuota), or shorten retention.";
            case SafeModeException _ ->
                "the NameNode is in safe mode: it has just started, or lacks DataNodes or disk space. It leaves safe"
                        + " mode by itself when enough blocks are reported (hdfs dfsadmin -safemode get).";
            case StandbyException _ ->
                "this NameNode is on standby. Name the nameservice instead of one NameNode in "
                        + HdfsStoreConfig.ROOT_SETTING + ", and have its hdfs-site.xml in weir.hdfs.conf.dir.";
            case UnknownHostException _ ->
                "the NameNode's name is not known (" + words + "). Correct " + HdfsStoreConfig.ROOT_SETTING
                        + ", or have the nameservice's hdfs-site.xml in weir.hdfs.conf.dir.";
            case SocketException _, EOFException _ -> // refused, no route, or reset in the middle of a call
                "the server cannot be reached (" + words + "). Is the NameNode running, and does "
                        + HdfsStoreConfig.ROOT_SETTING + " name its RPC address?";
            case SocketTimeoutException _ -> "the server does not answer (" + words + ")";
            case InterruptedIOException _ -> "the thread was interrupted";
            case ChecksumException _ -> "the bytes do not have the checksum that HDFS keeps for them (" + words + ")";
            case BlockMissingException _ ->
                "no DataNode has the block (" + words + "). Start the DataNodes that are away.";
            default -> general(said, words);
        };
    }

    private static String general(IOException said, String words) {
        if (isClosed(said)) {
            return "the store is closed";
        }
        if (saysRecovering(said)) {
            return "it exists already, and is being closed (" + words + ")";
        }
        if (saysLeaseLost(said)) {
            return "another has taken the write right (" + words + ")";
        }
        if (words.contains("could only be written to 0 of")) {
            return "no DataNode takes a block (" + words + "). Start DataNodes, or free space on them.";
        }
        return className(said) + ": " + words + ". Look at the logs of NameNode and DataNodes.";
    }

    private static String words(Throwable said) {
        @Nullable String message = said.getMessage();
        return message == null ? "no reason given" : message;
    }

    // The message of a remote exception goes on with the server's stack, that of a local one with an address to read.
    private static String firstLine(String words) {
        String line = words.lines().findFirst().orElse(words);
        int advice = line.indexOf("; For more details see:");
        return advice < 0 ? line : line.substring(0, advice);
    }
}
