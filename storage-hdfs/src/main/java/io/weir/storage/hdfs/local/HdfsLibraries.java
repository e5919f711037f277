package io.weir.storage.hdfs.local;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the jars of HDFS's servers. Blocks; may run Maven, once for a checkout. */
public final class HdfsLibraries {
    /** A system property: the directory with the jars, for who has them elsewhere. */
    public static final String PROPERTY = "weir.hdfs.servers";

    private static final Path SCRIPT = Path.of("bin", "hdfs-servers");

    private HdfsLibraries() {}

    /**
     * The directory of the jars: the one that the property names, or what {@code bin/hdfs-servers} of the checkout
     * that {@code within} lies in has fetched.
     *
     * @throws WeirException UNAVAILABLE when they cannot be had
     */
    public static Path find(Path within) {
        String told = System.getProperty(PROPERTY);
        if (told != null) {
            Path directory = Path.of(told);
            if (!Files.isDirectory(directory)) {
                throw new WeirException(
                        FaultKind.UNAVAILABLE, PROPERTY + "=" + told + " is no directory with Hadoop's jars");
            }
            return directory;
        }
        for (Path at = within.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
            Path script = at.resolve(SCRIPT);
            if (Files.isExecutable(script)) {
                return fetched(script);
            }
        }
        throw new WeirException(
                FaultKind.UNAVAILABLE,
                "There is no " + SCRIPT + " above " + within + ", which fetches HDFS's servers: name the directory of"
                        + " their jars with -D" + PROPERTY);
    }

    private static Path fetched(Path script) {
        try {
            Process process = new ProcessBuilder(script.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            process.getOutputStream().close();
            String directory = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0 || directory.isEmpty()) {
                throw new WeirException(
                        FaultKind.UNAVAILABLE, script + " could not fetch HDFS's servers; run it to see why");
            }
            return Path.of(directory);
        } catch (IOException e) {
            throw new WeirException(FaultKind.UNAVAILABLE, "Cannot run " + script + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WeirException(FaultKind.CLOSED, "Interrupted while " + script + " ran", e);
        }
    }
}
