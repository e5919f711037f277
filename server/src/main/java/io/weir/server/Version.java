package io.weir.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Which build this is.
 *
 * @param weir of Weir
 * @param kafka of Kafka's libraries in it
 */
public record Version(String weir, String kafka) {
    /** The build that is running. */
    public static Version current() {
        Properties properties = new Properties();
        try (InputStream input = Version.class.getResourceAsStream("version.properties")) {
            if (input == null) {
                throw new IllegalStateException("version.properties is not on the class path");
            }
            properties.load(input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Version(properties.getProperty("weir", ""), properties.getProperty("kafka", ""));
    }
}
