package io.weir.storage.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LocalFaultsTest {
    private static final Path FILE = Path.of("/data/wal/1");

    @Test
    void eachFaultNamesTheFileAndTheWayOut() {
        assertFault(new AccessDeniedException("/data/wal/1"), "permission denied", "weir.data.dir");
        assertFault(new IOException("No space left on device"), "disk is full", "retention");
        assertFault(new IOException("Disk quota exceeded"), "disk is full", "weir.data.dir");
        assertFault(new FileSystemException("x", null, "Read-only file system"), "read-only", "Remount");
        assertFault(new FileSystemException("x", null, "Too many open files"), "ulimit", "open files");
        assertFault(new IOException("Input/output error"), "Input/output error", "kernel's log");
        assertFault(new IOException(), "no reason given", "kernel's log");
    }

    private static void assertFault(IOException cause, String... words) {
        WeirException fault = LocalFaults.of("flush", FILE, cause);
        assertThat(fault.kind()).isEqualTo(FaultKind.UNAVAILABLE);
        assertThat(fault).hasMessageContaining("flush").hasMessageContaining("/data/wal/1");
        assertThat(fault.getMessage()).contains(words);
    }
}
