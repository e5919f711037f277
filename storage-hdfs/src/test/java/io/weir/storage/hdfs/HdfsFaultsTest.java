package io.weir.storage.hdfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What somebody reads when HDFS fails. */
class HdfsFaultsTest {
    static Stream<IOException> awayInItsWays() {
        return Stream.of(
                new ConnectException("Connection refused"),
                new NoRouteToHostException("No route to host"),
                new SocketException("Connection reset"),
                new EOFException("End of file"));
    }

    @ParameterizedTest
    @MethodSource
    void awayInItsWays(IOException cause) {
        assertThat(HdfsFaults.of("open", "wal/1", cause))
                .hasMessage("Cannot open wal/1: the server cannot be reached (" + cause.getMessage()
                        + "). Is the NameNode running, and does weir.store name its RPC address?")
                .hasCause(cause)
                .extracting(WeirException::kind)
                .isEqualTo(FaultKind.UNAVAILABLE);
    }

    @Test
    void slowAndUnknownAreSomethingElse() {
        assertThat(HdfsFaults.of("open", "wal/1", new SocketTimeoutException("60000 millis")))
                .hasMessage("Cannot open wal/1: the server does not answer (60000 millis)");
        assertThat(HdfsFaults.of("open", "wal/1", new UnknownHostException("nowhere")))
                .hasMessageStartingWith("Cannot open wal/1: the NameNode's name is not known (nowhere).");
    }
}
