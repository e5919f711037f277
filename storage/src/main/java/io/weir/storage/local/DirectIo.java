package io.weir.storage.local;

import java.nio.file.OpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The JDK's option for files that are read and written past the page cache. */
final class DirectIo {
    /**
     * Null where the JDK has none. Looked up by name: it is a supported option of the JDK, in a package that the
     * compiler warns of whatever one says.
     */
    static final @Nullable OpenOption OPTION = find();

    private DirectIo() {}

    private static @Nullable OpenOption find() {
        try {
            Object[] options =
                    Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants();
            return options == null
                    ? null
                    : Arrays.stream(options)
                            .filter(option -> option.toString().equals("DIRECT"))
                            .map(OpenOption.class::cast)
                            .findFirst()
                            .orElse(null);
        } catch (ClassNotFoundException e) {
            return null;
        }
    }

    /** For those who have found that there is one. */
    static OpenOption option() {
        OpenOption option = OPTION;
        if (option == null) {
            throw new UnsupportedOperationException("This JDK has no direct I/O");
        }
        return option;
    }
}
