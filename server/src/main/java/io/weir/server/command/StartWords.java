package io.weir.server.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What `weir start` was told.
 *
 * @param config settings file
 * @param assignments {@code key=value}; they win over the file
 * @param stopWhenReady whether to end as soon as the node is ready
 */
record StartWords(Optional<Path> config, List<String> assignments, boolean stopWhenReady) {
    StartWords {
        assignments = List.copyOf(assignments);
    }

    /**
     * The plain forms of the command, read without the library of the command line, which would take a fifth of the
     * time until the node is ready. Whatever else is said, mistakes and questions included, is the library's to answer.
     *
     * @return empty when the words are not understood here
     */
    static Optional<StartWords> parse(String... words) {
        if (words.length == 0 || !words[0].equals("start")) {
            return Optional.empty();
        }
        Path config = null;
        List<String> assignments = new ArrayList<>();
        boolean stopWhenReady = false;
        for (int i = 1; i < words.length; i++) {
            String word = words[i];
            boolean followed = i + 1 < words.length && !words[i + 1].startsWith("-");
            if (word.equals("--stop-when-ready")) {
                stopWhenReady = true;
            } else if (followed && (word.equals("--set") || word.equals("-s")) && words[i + 1].indexOf('=') > 0) {
                assignments.add(words[++i]);
            } else if (followed && (word.equals("--config") || word.equals("-c")) && config == null) {
                config = Path.of(words[++i]);
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(new StartWords(Optional.ofNullable(config), assignments, stopWhenReady));
    }
}
