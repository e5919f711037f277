package io.weir.storage;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;

/**
 * The one rule for paths, on every back end: names of ASCII letters, digits, {@code .}, {@code _} and {@code -}
 * that do not begin with a dot, joined by single slashes. So no path leaves the store, listings have the same order
 * everywhere, and names with a leading dot are free for a back end's own use.
 */
public final class StorePaths {
    /** Longest path, in characters. */
    public static final int MAX_PATH_LENGTH = 1024;

    /** Longest name between two slashes, in characters: what local file systems take. */
    public static final int MAX_NAME_LENGTH = 255;

    private StorePaths() {}

    /**
     * Returns {@code path} when it may name a file.
     *
     * @throws WeirException INVALID when not
     */
    public static String check(String path) {
        if (path.isEmpty()) {
            throw invalid(path, "it is empty");
        }
        checkNames(path, false);
        return path;
    }

    /**
     * Returns {@code prefix} when it may begin a path: as {@link #check}, but it may be empty, end in a slash or end
     * within a name.
     *
     * @throws WeirException INVALID when not
     */
    public static String checkPrefix(String prefix) {
        if (!prefix.isEmpty()) {
            checkNames(prefix, true);
        }
        return prefix;
    }

    /** Whether {@code name} may stand between two slashes. */
    public static boolean isName(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH || name.charAt(0) == '.') {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (!isNameCharacter(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static void checkNames(String path, boolean lastMayBeEmpty) {
        if (path.length() > MAX_PATH_LENGTH) {
            throw invalid(path, "it is longer than " + MAX_PATH_LENGTH + " characters");
        }
        int start = 0;
        while (start <= path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            boolean allowedEmpty = lastMayBeEmpty && end == path.length() && start == end && start > 0;
            if (!allowedEmpty && !isName(path.substring(start, end))) {
                throw invalid(path, "'" + path.substring(start, end) + "' is not a name");
            }
            start = end + 1;
        }
    }

    private static boolean isNameCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }

    private static WeirException invalid(String path, String why) {
        return new WeirException(
                FaultKind.INVALID,
                "Not a path in a store: '" + path + "': " + why
                        + ". A path is names of letters, digits, '.', '_' and '-' (no leading dot) joined by '/'.");
    }
}
