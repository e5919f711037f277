package io.weir.storage.hdfs;

import io.weir.storage.Store;
import io.weir.storage.StoreContract;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract on HDFS's servers in this process, without a copy of anything. */
class MiniClusterStoreTest extends StoreContract {
    private static final AtomicInteger STORES = new AtomicInteger();

    @TempDir
    @SuppressWarnings("NullAway") // set by JUnit
    private static Path directory;

    @SuppressWarnings("NullAway") // set before the tests
    private static MiniDFSCluster cluster;

    @BeforeAll
    static void startCluster() throws Exception {
        HdfsConfiguration settings = new HdfsConfiguration();
        settings.set("dfs.heartbeat.interval", "1");
        cluster = new MiniDFSCluster.Builder(settings, directory.toFile())
                .numDataNodes(1)
                .build();
        cluster.waitActive();
    }

    @AfterAll
    static void stopCluster() {
        cluster.shutdown();
    }

    @Override
    protected Store newStore() {
        URI root = URI.create(cluster.getURI() + "/weir/" + STORES.incrementAndGet());
        return new HdfsStore(HdfsStoreConfig.defaults(root), Time.SYSTEM);
    }
}
