package io.weir.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads classes that a node of one machine has no use for, so that the cache which is made of what it has loaded serves the
 * nodes of a cluster, too. At most once, while the cache is made.
 */
final class Rehearsal {
    /** Path of a file with the name of a class in each line. */
    static final String CLASSES = "weir.rehearsal.classes";

    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

    private Rehearsal() {}

    /** Does nothing without the system property; blocks for a second or two with it. */
    static void loadClasses() {
        String file = System.getProperty(CLASSES);
        if (file == null) {
            return;
        }
        int missing = 0;
        try {
            for (String name : Files.readAllLines(Path.of(file))) {
                missing += isLoaded(name) ? 0 : 1;
            }
        } catch (IOException e) {
            LOG.warn("rehearsal=failed file={} reason={}", file, e.toString());
        }
        LOG.info("rehearsal=loaded file={} missing={}", file, missing);
    }

    // The list is of a former build: whatever is gone since is just not in the cache.
    static boolean isLoaded(String name) {
        try {
            Class.forName(name, false, Rehearsal.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
