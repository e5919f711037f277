package io.weir.testkit;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An embedded Weir for JUnit 5.10 or later, and 6: one for all tests of a class in a static field, one for each test in
 * an instance field.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final WeirExtension weir = WeirExtension.inMemory().withTopic("orders", 6).build();
 * }</pre>
 *
 * A class may have several. Started and stopped by JUnit; used from any thread meanwhile.
 */
public final class WeirExtension implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {
    private final EmbeddedWeir.Builder builder;
    private volatile @Nullable EmbeddedWeir running;
    private volatile @Nullable String startedBy;

    private WeirExtension(EmbeddedWeir.Builder builder) {
        this.builder = builder;
    }

    /** Records in memory. */
    public static Builder inMemory() {
        return new Builder(EmbeddedWeir.builder());
    }

    /** Records in local files, as in production, in a temporary directory that goes with the server. */
    public static Builder inTemporaryDirectory() {
        return new Builder(EmbeddedWeir.builder().inTemporaryDirectory());
    }

    /** Records in local files in this directory, which stays. */
    public static Builder inDirectory(Path directory) {
        return new Builder(EmbeddedWeir.builder().inDirectory(directory));
    }

    /** @throws IllegalStateException outside of the tests that it runs for */
    public EmbeddedWeir weir() {
        EmbeddedWeir weir = running;
        if (weir == null) {
            throw new IllegalStateException("No Weir runs now: has the field @RegisterExtension?");
        }
        return weir;
    }

    /** As {@link EmbeddedWeir#bootstrapServers}. */
    public String bootstrapServers() {
        return weir().bootstrapServers();
    }

    /** As {@link EmbeddedWeir#httpAddress}. */
    public InetSocketAddress httpAddress() {
        return weir().httpAddress();
    }

    /** As {@link EmbeddedWeir#createTopic}. */
    public void createTopic(String name, int partitions) {
        weir().createTopic(name, partitions);
    }

    /** As {@link EmbeddedWeir#stop}. */
    public void stop() {
        weir().stop();
    }

    /** As {@link EmbeddedWeir#kill}. */
    public void kill() {
        weir().kill();
    }

    /** As {@link EmbeddedWeir#restart}. */
    public void restart() {
        weir().restart();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        startFor(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        startFor(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        stopFor(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        stopFor(context);
    }

    /** Whoever comes first has it; nested classes and tests inside find it running. */
    private synchronized void startFor(ExtensionContext context) {
        if (running == null) {
            running = builder.start();
            startedBy = context.getUniqueId();
        }
    }

    private synchronized void stopFor(ExtensionContext context) {
        EmbeddedWeir weir = running;
        if (weir != null && context.getUniqueId().equals(startedBy)) {
            running = null;
            startedBy = null;
            weir.close();
        }
    }

    /** What the server is to be like. For one thread. */
    public static final class Builder {
        private final EmbeddedWeir.Builder weir;

        private Builder(EmbeddedWeir.Builder weir) {
            this.weir = weir;
        }

        /** A topic that is there from the start. */
        public Builder withTopic(String name, int partitions) {
            weir.withTopic(name, partitions);
            return this;
        }

        /** A setting, as in a settings file. */
        public Builder withSetting(String key, String value) {
            weir.withSetting(key, value);
            return this;
        }

        /** Several settings. */
        public Builder withSettings(Map<String, String> values) {
            weir.withSettings(values);
            return this;
        }

        /** The extension; the server starts with the tests. */
        public WeirExtension build() {
            return new WeirExtension(weir);
        }
    }
}
