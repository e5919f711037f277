package io.weir.kafka.secret;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import org.apache.kafka.common.security.scram.ScramCredential;
import org.apache.kafka.common.security.scram.internals.ScramFormatter;
import org.apache.kafka.common.security.scram.internals.ScramMechanism;

/** The secret that all nodes of a cluster share. Immutable; any thread. */
public final class ClusterSecret {
    /** By which nodes authenticate. */
    static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;

    /** The user that nodes are. */
    public static final String USER = "weir";

    private static final int MIN_CHARACTERS = 16;
    private static final int MAX_BYTES = 4096;

    private final String password;
    private final ScramCredential credential;

    /**
     * Makes what the proof needs of it, which takes some milliseconds.
     *
     * @throws WeirException INVALID when it is shorter than 16 characters
     */
    public ClusterSecret(String password) {
        if (password.length() < MIN_CHARACTERS) {
            throw new WeirException(
                    FaultKind.INVALID,
                    "the secret of the cluster has " + password.length() + " characters; give it " + MIN_CHARACTERS
                            + " or more, such as `head -c 32 /dev/urandom | base64`");
        }
        this.password = password;
        this.credential = formatter().generateCredential(password, MECHANISM.minIterations());
    }

    /**
     * Reads it from a file of UTF-8 text. White space at both ends does not count.
     *
     * @throws WeirException INVALID when the file cannot be read, is longer than 4,096 bytes, or holds no secret
     */
    public static ClusterSecret read(Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw new WeirException(
                    FaultKind.INVALID, "weir.internal.secret.file=" + file + " cannot be read: " + e, e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new WeirException(
                    FaultKind.INVALID,
                    "weir.internal.secret.file=" + file + " is longer than " + MAX_BYTES
                            + " bytes: is it the right file?");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return new ClusterSecret(text.strip());
        } catch (CharacterCodingException e) {
            throw new WeirException(
                    FaultKind.INVALID,
                    "weir.internal.secret.file=" + file + " is no UTF-8 text: is it the right file?");
        } catch (WeirException e) {
            throw new WeirException(FaultKind.INVALID, "weir.internal.secret.file=" + file + ": " + e.getMessage(), e);
        }
    }

    private static ScramFormatter formatter() {
        try {
            return new ScramFormatter(MECHANISM);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The text itself, for those who prove it by other clients of Kafka's, as raft's channel does; for nothing else. */
    public String password() {
        return password;
    }

    ScramCredential credential() {
        return credential;
    }

    /** Says nothing. */
    @Override
    public String toString() {
        return "ClusterSecret";
    }
}
