package io.weir.storage.local;

import io.weir.storage.FileStatus;
import io.weir.storage.StorePaths;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Walks only the part of the tree that a prefix can reach. Files that come or go meanwhile may be there or not. */
final class LocalListing {
    private LocalListing() {}

    static List<FileStatus> list(Path root, String prefix) {
        int slash = prefix.lastIndexOf('/');
        String parent = prefix.substring(0, slash + 1);
        List<FileStatus> found = new ArrayList<>();
        try {
            collect(root.resolve(parent), parent, prefix.substring(slash + 1), found);
        } catch (IOException e) {
            throw LocalFaults.of("list", root.resolve(parent), e);
        }
        found.sort(Comparator.comparing(FileStatus::path));
        return found;
    }

    private static void collect(Path directory, String path, String namePrefix, List<FileStatus> found)
            throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                // Names that no path can have are not the store's: the lock file, lost+found.
                if (name.startsWith(namePrefix) && StorePaths.isName(name)) {
                    visit(entry, path + name, found);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return; // gone, or never there
        } catch (DirectoryIteratorException | UncheckedIOException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
        }
    }

    private static void visit(Path entry, String path, List<FileStatus> found) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(entry, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return; // deleted since
        }
        if (attributes.isDirectory()) {
            collect(entry, path + "/", "", found);
        } else if (attributes.isRegularFile()) {
            found.add(new FileStatus(
                    path, attributes.size(), attributes.lastModifiedTime().toMillis()));
        }
    }
}
