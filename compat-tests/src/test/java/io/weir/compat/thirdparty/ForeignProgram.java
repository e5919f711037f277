package io.weir.compat.thirdparty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** A program that a developer may lack, but the continuous integration may not. */
final class ForeignProgram {
    private ForeignProgram() {}

    /** Skips the test where the program is missing; fails it where the environment variable {@code CI} is set. */
    static void require(boolean isInstalled, String howToInstall) {
        if (System.getenv("CI") == null) {
            assumeThat(isInstalled).as("missing: " + howToInstall).isTrue();
        } else {
            assertThat(isInstalled).as("missing: " + howToInstall).isTrue();
        }
    }
}
