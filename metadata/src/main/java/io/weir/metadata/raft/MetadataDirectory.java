package io.weir.metadata.raft;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.bootstrap.BootstrapDirectory;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaProperties;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.properties.PropertiesUtils;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.DynamicVoter;
import org.apache.kafka.raft.DynamicVoters;
import org.apache.kafka.server.common.EligibleLeaderReplicasVersion;
import org.apache.kafka.server.common.MetadataVersion;
import org.apache.kafka.server.common.ShareVersion;
import org.apache.kafka.server.common.StreamsVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory that makes a node the one that it was: cluster, node and directory id, the metadata log and which
 * incarnation ran here last. Held by one process at a time. Formats itself when empty. Not thread-safe but for the
 * accessors; opened and closed by whoever wires the process.
 */
public final class MetadataDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataDirectory.class);
    private static final String LOCK_FILE = ".lock";
    private static final String INCARNATION_FILE = "incarnation.properties";
    private static final String INCARNATION_KEY = "incarnation.ids";
    private static final int INCARNATIONS_KEPT = 8;

    /**
     * Features that a new cluster starts without, whatever Kafka's release would switch on: a shared store makes
     * eligible leader replicas pointless (KRaft would keep lists that nobody needs), and what Weir does not serve
     * is not announced.
     */
    private static final Map<String, Short> FEATURES_OFF = Map.of(
            EligibleLeaderReplicasVersion.FEATURE_NAME, (short) 0,
            ShareVersion.FEATURE_NAME, (short) 0,
            StreamsVersion.FEATURE_NAME, (short) 0);

    private final Path path;
    private final FileChannel lockChannel;
    private final MetaProperties properties;
    private final BootstrapMetadata bootstrap;
    private final FileChecksums checksums;

    private MetadataDirectory(
            Path path,
            FileChannel lockChannel,
            MetaProperties properties,
            BootstrapMetadata bootstrap,
            FileChecksums checksums) {
        this.checksums = checksums;
        this.path = path;
        this.lockChannel = lockChannel;
        this.properties = properties;
        this.bootstrap = bootstrap;
    }

    /**
     * Locks the directory, formats it if it is empty, checks it and reads who it is. What is damaged is refused, but for
     * the log of a node that does not vote: that is a copy, and is thrown away to be fetched again.
     *
     * @param clusterId expected, or given to a new cluster; absent: whatever is stored, or, for a node that is a quorum
     *     of its own, a new one. The voters of a new cluster must all be given the same one
     * @throws WeirException INVALID when another process holds it or it belongs to another node or cluster;
     *     CORRUPT when what is there is not what was written; UNAVAILABLE when it cannot be read or written
     */
    public static MetadataDirectory open(Path path, int nodeId, Optional<String> clusterId, RaftConfig raft) {
        FileChannel lock = lock(path);
        try {
            try {
                return open(lock, path, nodeId, clusterId, raft);
            } catch (WeirException e) {
                if (e.kind() != FaultKind.CORRUPT || raft.votes(nodeId)) {
                    throw e;
                }
                LOG.warn("event=metadata_copy_discarded path={} reason={}", path, e.getMessage());
                discard(path);
                return open(lock, path, nodeId, clusterId, raft);
            }
        } catch (Exception e) {
            closeQuietly(lock);
            throw fault("cannot open metadata directory " + path, e);
        }
    }

    private static MetadataDirectory open(
            FileChannel lock, Path path, int nodeId, Optional<String> clusterId, RaftConfig raft) throws Exception {
        if (!Files.exists(path.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME))) {
            Files.deleteIfExists(path.resolve(FileChecksums.FILE_NAME));
            format(path, nodeId, clusterId.orElseGet(() -> newClusterId(path, raft)), raft);
        }
        FileChecksums checksums = new FileChecksums(path);
        checksums.verify();
        MetadataLogCheck.check(logDirectory(path));
        MetaPropertiesEnsemble ensemble = new MetaPropertiesEnsemble.Loader()
                .addMetadataLogDir(path.toString())
                .load();
        ensemble.verify(
                clusterId,
                OptionalInt.of(nodeId),
                EnumSet.of(
                        MetaPropertiesEnsemble.VerificationFlag.REQUIRE_AT_LEAST_ONE_VALID,
                        MetaPropertiesEnsemble.VerificationFlag.REQUIRE_METADATA_LOG_DIR));
        MetaProperties properties = ensemble.logDirProps().values().iterator().next();
        BootstrapMetadata bootstrap = new BootstrapDirectory(path.toString()).read();
        MetadataDirectory directory = new MetadataDirectory(path, lock, properties, bootstrap, checksums);
        directory.directoryId();
        checksums.record(MetaPropertiesEnsemble.META_PROPERTIES_NAME);
        checksums.record(BootstrapDirectory.BINARY_BOOTSTRAP_FILENAME);
        return directory;
    }

    private static String newClusterId(Path path, RaftConfig raft) {
        String id = Uuid.randomUuid().toString();
        if (!raft.peers().voters().isEmpty()) {
            throw new WeirException(
                    FaultKind.INVALID,
                    path + " is empty, and the nodes of controller.quorum.voters="
                            + raft.peers().voters()
                            + " must agree on the cluster that they are; set cluster.id on all of them, such as cluster.id="
                            + id);
        }
        return id;
    }

    /** All but the lock. */
    private static void discard(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(path) && !file.equals(path.resolve(LOCK_FILE))) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Where the files are. */
    public Path path() {
        return path;
    }

    /** The cluster that this directory belongs to. */
    public String clusterId() {
        return properties.clusterId().orElseThrow();
    }

    /** The node that this directory belongs to. */
    public int nodeId() {
        return properties.nodeId().orElseThrow();
    }

    /** Identity of the metadata log, for the quorum's voter set; the same for as long as the directory lives. */
    public Uuid directoryId() {
        return properties
                .directoryId()
                .orElseThrow(() -> new WeirException(
                        FaultKind.CORRUPT,
                        path.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME)
                                + " has no directory.id; restore the file"));
    }

    /** The records that the first active controller writes. */
    public BootstrapMetadata bootstrap() {
        return bootstrap;
    }

    /**
     * The incarnations that ran here last, newest first. Because the directory is locked, those of earlier processes
     * are certainly gone: their registration may be taken over at once.
     */
    public List<Uuid> incarnations() {
        Path file = path.resolve(INCARNATION_FILE);
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            String ids = PropertiesUtils.readPropertiesFile(file.toString()).getProperty(INCARNATION_KEY, "");
            return Arrays.stream(ids.split(","))
                    .filter(id -> !id.isEmpty())
                    .map(Uuid::fromString)
                    .toList();
        } catch (IOException | IllegalArgumentException e) {
            // Only speed is lost: the old session is waited for instead of being ended.
            LOG.warn("event=incarnation_unreadable file={} error={}", file, e.toString());
            return List.of();
        }
    }

    /**
     * Remembers, durably, who runs here now. Call it before that incarnation registers. A few older ones are kept:
     * a process that dies before it could register leaves its predecessor's registration behind.
     */
    public void recordIncarnation(Uuid incarnation) {
        String ids = Stream.concat(Stream.of(incarnation), incarnations().stream())
                .limit(INCARNATIONS_KEPT)
                .map(Uuid::toString)
                .collect(Collectors.joining(","));
        Properties stored = new Properties();
        stored.setProperty(INCARNATION_KEY, ids);
        checksums.forget(INCARNATION_FILE);
        try {
            PropertiesUtils.writePropertiesFile(
                    stored, path.resolve(INCARNATION_FILE).toString(), true);
        } catch (IOException e) {
            throw fault("cannot write " + path.resolve(INCARNATION_FILE), e);
        }
        checksums.record(INCARNATION_FILE);
    }

    /** Of the small files here that Kafka's classes write. */
    FileChecksums checksums() {
        return checksums;
    }

    /** Lets another process have it. */
    @Override
    public void close() {
        closeQuietly(lockChannel);
    }

    static Path logDirectory(Path path) {
        return path.resolve("__cluster_metadata-0");
    }

    private static FileChannel lock(Path path) {
        FileChannel channel;
        try {
            Files.createDirectories(path);
            channel = FileChannel.open(path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw fault("cannot open metadata directory " + path, e);
        }
        try {
            FileLock held = channel.tryLock();
            if (held != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("event=metadata_directory_locked path={} by=this_process", path);
        } catch (IOException e) {
            closeQuietly(channel);
            throw fault("cannot lock metadata directory " + path, e);
        }
        closeQuietly(channel);
        throw new WeirException(
                FaultKind.INVALID,
                "metadata directory " + path + " is in use by another process; stop it or choose another directory");
    }

    private static void format(Path path, int nodeId, String clusterId, RaftConfig raft) throws Exception {
        refuseIfLogExists(path);
        Formatter formatter = new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(nodeId)
                .setClusterId(clusterId)
                .addDirectory(path.toString())
                .setMetadataLogDirectory(path.toString())
                .setControllerListenerName(raft.listener())
                .setReleaseVersion(MetadataVersion.latestProduction());
        if (raft.peers().voters().isEmpty()) {
            // The voter set of a node on its own is itself; that of a quorum comes from the settings.
            InetSocketAddress self = raft.address(nodeId);
            formatter
                    .setHasDynamicQuorum(true)
                    .setInitialControllers(new DynamicVoters(List.of(
                            new DynamicVoter(Uuid.randomUuid(), nodeId, self.getHostString(), self.getPort()))));
        }
        FEATURES_OFF.forEach(formatter::setFeatureLevel);
        formatter.run();
        LOG.info(
                "event=metadata_formatted path={} node_id={} cluster_id={} metadata_version={}",
                path,
                nodeId,
                clusterId,
                MetadataVersion.latestProduction());
    }

    /** A log without its meta.properties is a damaged directory, not a new one: formatting would orphan it. */
    private static void refuseIfLogExists(Path path) throws IOException {
        if (!Files.isDirectory(logDirectory(path))) {
            return;
        }
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(logDirectory(path), "*.log")) {
            if (logs.iterator().hasNext()) {
                throw new WeirException(
                        FaultKind.CORRUPT,
                        path.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME)
                                + " is missing but a metadata log is there; restore the file from a backup");
            }
        }
    }

    private static WeirException fault(String what, Exception e) {
        if (e instanceof WeirException known) {
            return known;
        }
        FaultKind kind = e instanceof IOException ? FaultKind.UNAVAILABLE : FaultKind.INVALID;
        return new WeirException(kind, what + ": " + e.getMessage(), e);
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("event=metadata_lock_close_failed error={}", e.toString());
        }
    }
}
