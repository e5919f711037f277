package io.weir.storage.local;

import java.nio.file.Path;

/**
 * Settings of a {@link LocalStore}.
 *
 * @param directory where the files are; made when it is not there
 * @param directIo write past the page cache where the file system can; else everything goes through it
 */
public record LocalStoreConfig(Path directory, boolean directIo) {
    /** The setting that people change to move the data elsewhere, for messages. */
    public static final String DIRECTORY_SETTING = "weir.data.dir";

    /** The defaults under {@code directory}. */
    public static LocalStoreConfig defaults(Path directory) {
        return new LocalStoreConfig(directory, true);
    }
}
