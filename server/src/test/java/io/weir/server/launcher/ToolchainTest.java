package io.weir.server.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the launcher finds a JDK: the shell functions of bin/lib/toolchain.sh, run by bash over made-up JDKs. */
class ToolchainTest {
    @TempDir
    Path directory;

    /** What a script printed, standard error included, and how it ended. */
    private record Outcome(int exitCode, String output) {}

    @Test
    void aNewerJdkIsFoundThoughTheDefaultIsOld() throws Exception {
        Path old = jdk("java-17", "17.0.9");
        Path recent = jdk("java-25", "25.0.3");

        assertThat(find("JAVA_HOME=" + old, old, recent)).isEqualTo(new Outcome(0, recent + "\n"));
    }

    @Test
    void aJreAndADirectoryThatIsNoneArePassedOver() throws Exception {
        Path jre = jdk("jre-26", "26");
        Files.delete(jre.resolve("bin/javac"));
        Path recent = jdk("java-27", "27-ea");

        assertThat(find("", directory.resolve("missing"), jre, recent).output()).isEqualTo(recent + "\n");
    }

    @Test
    void theUsersChoiceWinsAndIsRefusedWhenItIsTooOld() throws Exception {
        Path chosen = jdk("chosen", "26.0.1");
        Path other = jdk("other", "25");
        assertThat(find("WEIR_JAVA_HOME=" + chosen, other).output()).isEqualTo(chosen + "\n");

        Path old = jdk("old", "21.0.2");
        Outcome refused = find("WEIR_JAVA_HOME=" + old, other);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.output()).contains("WEIR_JAVA_HOME=" + old + " holds no JDK 25 or later");
    }

    @Test
    void withoutOneItSaysWhatIsThereAndHowToGetOne() throws Exception {
        Outcome nothing = find("", jdk("java-17", "17.0.9"), jdk("java-21", "21"));

        assertThat(nothing.exitCode()).isEqualTo(1);
        assertThat(nothing.output())
                .contains("Weir needs a JDK 25 or later", "found: 17 21", "Temurin", "WEIR_JAVA_HOME")
                .doesNotContain("://");
    }

    @Test
    void withoutMavenItSaysHowToGetIt() throws Exception {
        Outcome nothing = bash("PATH=/nowhere; MAVEN_HOME=; M2_HOME=; HOME=" + directory + "; weir_find_maven");

        if (nothing.exitCode() != 0) {
            assertThat(nothing.output()).contains("Maven 3.8 or later", "PATH").doesNotContain("://");
        } else {
            assertThat(nothing.output()).startsWith("/opt/");
        }
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = Files.createDirectories(directory.resolve(name));
        Files.createDirectories(home.resolve("bin"));
        for (String tool : new String[] {"java", "javac"}) {
            assertThat(Files.writeString(home.resolve("bin").resolve(tool), "#!/bin/sh\n")
                            .toFile()
                            .setExecutable(true))
                    .isTrue();
        }
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private Outcome find(String variables, Path... candidates) throws Exception {
        StringBuilder script = new StringBuilder("unset WEIR_JAVA_HOME JAVA_HOME; ").append(variables);
        script.append("\nweir_jdk_candidates() { printf '%s\\n'");
        for (Path candidate : candidates) {
            script.append(" '").append(candidate).append('\'');
        }
        return bash(script.append("; }\nweir_find_jdk").toString());
    }

    private static Outcome bash(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-euc", "source ../bin/lib/toolchain.sh\n" + script)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), output);
    }
}
