package io.weir.storage.hdfs;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * Settings of the HDFS client: Hadoop's defaults, above them Weir's, above them whatever the user's core-site.xml and
 * hdfs-site.xml say. Pure but for reading those files.
 */
final class HdfsClientSettings {
    /** What Weir wants otherwise than Hadoop, and why. */
    static final Map<String, String> DEFAULTS = Map.ofEntries(
            // A pipeline that has lost a DataNode and finds no other goes on with those that are left.
            Map.entry("dfs.client.block.write.replace-datanode-on-failure.best-effort", "true"),
            // A file is closed as soon as its last block is reported, not some 400 ms later.
            Map.entry("dfs.client.block.write.locateFollowingBlock.initial.delay.ms", "10"),
            Map.entry("dfs.client.block.write.locateFollowingBlock.retries", "9"),
            // A DataNode that does not answer is left, for reads and for pipelines; 60 s otherwise. The timeout of
            // writing stays as it is: it must be the longer one. After half of this an idle writer gives a sign of
            // life, so that DataNodes may wait for a few seconds only, too.
            Map.entry("dfs.client.socket-timeout", "4000"),
            Map.entry("dfs.client.retry.interval-ms.get-last-block-length", "200"),
            // Packets are 64 KB each and short-lived.
            Map.entry("dfs.client.write.byte-array-manager.enabled", "true"),
            // A NameNode that is away is told at once to those who can wait: the log does.
            Map.entry("ipc.client.connect.timeout", "2000"),
            Map.entry("ipc.client.connect.max.retries", "2"),
            Map.entry("ipc.client.connect.retry.interval", "200"),
            Map.entry("ipc.client.connect.max.retries.on.timeouts", "1"),
            Map.entry("ipc.client.rpc-timeout.ms", "10000"),
            Map.entry("dfs.client.failover.sleep.base.millis", "100"),
            Map.entry("dfs.client.failover.sleep.max.millis", "1000"),
            // Weir closes what it has opened; Hadoop's own hook would close it before the log is.
            Map.entry("fs.automatic.close", "false"),
            Map.entry("hadoop.kerberos.keytab.login.autorenewal.enabled", "true"));

    private static final List<String> SITE_FILES = List.of("core-site.xml", "hdfs-site.xml");

    private HdfsClientSettings() {}

    /**
     * @throws WeirException INVALID when the directory of the site files is not there
     */
    static Configuration of(HdfsStoreConfig config) {
        Configuration settings = new HdfsConfiguration();
        config.confDirectory().ifPresent(directory -> addSiteFiles(settings, directory));
        DEFAULTS.forEach((key, value) -> {
            if (!saidBySite(settings, key)) {
                settings.set(key, value, "Weir");
            }
        });
        return settings;
    }

    private static void addSiteFiles(Configuration settings, Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new WeirException(
                    FaultKind.INVALID,
                    "There is no directory " + directory + ", where core-site.xml and hdfs-site.xml should be: correct"
                            + " weir.hdfs.conf.dir or HADOOP_CONF_DIR");
        }
        for (String name : SITE_FILES) {
            Path file = directory.resolve(name);
            if (Files.exists(file)) {
                settings.addResource(new org.apache.hadoop.fs.Path(file.toUri()));
            }
        }
    }

    private static boolean saidBySite(Configuration settings, String key) {
        String[] sources = settings.getPropertySources(key);
        return sources != null && sources.length > 0 && !sources[sources.length - 1].endsWith("-default.xml");
    }

    /**
     * Logs in, when a keytab is configured, and opens the file system; nothing is asked of the NameNode yet.
     *
     * @throws IOException as the client says
     */
    static DistributedFileSystem open(HdfsStoreConfig config, Configuration settings) throws IOException {
        boolean secure = "kerberos".equalsIgnoreCase(settings.get("hadoop.security.authentication"));
        if (secure) {
            // Of the whole process, as Hadoop has it; otherwise it would not know our site files.
            UserGroupInformation.setConfiguration(settings);
        }
        if (config.kerberos().isPresent()) {
            HdfsStoreConfig.Kerberos who = config.kerberos().get();
            if (!secure) {
                throw new WeirException(
                        FaultKind.INVALID,
                        "weir.hdfs.kerberos.principal=" + who.principal()
                                + " is set, but hadoop.security.authentication"
                                + " is not kerberos: have HDFS's core-site.xml in weir.hdfs.conf.dir, or leave the"
                                + " principal out");
            }
            // The login of the process: only that one is renewed by Hadoop's connections.
            UserGroupInformation.loginUserFromKeytab(
                    who.principal(), who.keytab().toAbsolutePath().toString());
        }
        URI root = config.root();
        // A client of its own: Hadoop's shared ones are closed by whoever likes to.
        FileSystem fileSystem = FileSystem.newInstance(root, settings);
        if (fileSystem instanceof DistributedFileSystem hdfs) {
            return hdfs;
        }
        fileSystem.close();
        throw new WeirException(
                FaultKind.INVALID,
                HdfsStoreConfig.ROOT_SETTING + "=" + root + " is served by "
                        + fileSystem.getClass().getSimpleName() + " and not by HDFS: correct fs.hdfs.impl");
    }
}
