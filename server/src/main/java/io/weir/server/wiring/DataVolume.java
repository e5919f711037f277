package io.weir.server.wiring;

import io.weir.broker.describe.LogDir;
import java.io.File;
import java.nio.file.Path;

/** The volume of a data directory. */
record DataVolume(Path directory) implements LogDir {
    @Override
    public String name() {
        return directory.toString();
    }

    @Override
    public long totalBytes() {
        return known(file().getTotalSpace());
    }

    @Override
    public long usableBytes() {
        return known(file().getUsableSpace());
    }

    private File file() {
        return directory.toFile();
    }

    private static long known(long bytes) {
        return bytes > 0 ? bytes : UNKNOWN_BYTES;
    }
}
