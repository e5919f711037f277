package io.weir.server.settings;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** Reads settings from a properties file and from {@code key=value} words, which win. Blocks on the file. */
public final class SettingsLoader {
    private SettingsLoader() {}

    /**
     * @param file of properties, if there is one
     * @param assignments {@code key=value} each; of several for one key the last one holds
     * @throws WeirException INVALID with every unknown key, or with the first value that cannot be
     */
    public static WeirSettings load(Optional<Path> file, List<String> assignments) {
        Map<String, String> values = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        Set<String> known = SettingDefinitions.all().names();
        file.ifPresent(path -> {
            Properties properties = read(path);
            for (String key : new TreeSet<>(properties.stringPropertyNames())) {
                problem(key, " (" + path + ")", known).ifPresent(problems::add);
                values.put(key, properties.getProperty(key).strip());
            }
        });
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals < 1) {
                throw invalid("--set " + assignment + ": write it as --set key=value", null);
            }
            String key = assignment.substring(0, equals).strip();
            problem(key, " (--set)", known).ifPresent(problems::add);
            values.put(key, assignment.substring(equals + 1).strip());
        }
        return checked(values, problems);
    }

    /**
     * Settings that a program has put together.
     *
     * @throws WeirException INVALID as {@link #load} says
     */
    public static WeirSettings of(Map<String, String> values) {
        Set<String> known = SettingDefinitions.all().names();
        List<String> problems = new ArrayList<>();
        for (String key : new TreeSet<>(values.keySet())) {
            problem(key, "", known).ifPresent(problems::add);
        }
        return checked(values, problems);
    }

    private static WeirSettings checked(Map<String, String> values, List<String> problems) {
        if (!problems.isEmpty()) {
            throw invalid(String.join("\n", problems), null);
        }
        return WeirSettings.of(values);
    }

    /** What is wrong with the name of a setting, if anything is. */
    private static Optional<String> problem(String key, String origin, Set<String> known) {
        if (known.contains(key)) {
            return Optional.empty();
        }
        Optional<String> advice = ForeignKeys.advice(key);
        if (advice.isPresent()) {
            return Optional.of("Setting " + key + origin + " is Kafka's and not Weir's: " + advice.get() + ".");
        }
        String hint = NearestKey.find(key, known)
                .map(nearest -> "Did you mean " + nearest + "?")
                .orElse("`weir settings` lists all that there are.");
        return Optional.of("Unknown setting " + key + origin + ". " + hint);
    }

    private static Properties read(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
            return properties;
        } catch (NoSuchFileException e) {
            throw invalid("--config " + file + ": there is no such file", e);
        } catch (IOException | IllegalArgumentException e) {
            throw invalid("--config " + file + " cannot be read as properties: " + e.getMessage(), e);
        }
    }

    private static WeirException invalid(String message, @org.jspecify.annotations.Nullable Throwable cause) {
        return new WeirException(FaultKind.INVALID, message, cause);
    }
}
