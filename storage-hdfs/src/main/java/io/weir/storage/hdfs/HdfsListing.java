package io.weir.storage.hdfs;

import io.weir.common.error.WeirException;
import io.weir.storage.FileStatus;
import io.weir.storage.StorePaths;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.hadoop.hdfs.DFSClient;
import org.apache.hadoop.hdfs.protocol.DirectoryListing;
import org.apache.hadoop.hdfs.protocol.HdfsFileStatus;

/**
 * Every file below a directory whose path begins with a prefix. Directories of one level are read side by side, each
 * page by page. What comes or goes meanwhile may or may not be listed.
 */
final class HdfsListing {
    private static final int PARALLEL = 8;
    /** From so many directories on their parent is asked first. */
    private static final int WORTH_ASKING = 3;
    /** Sorts behind all that a name may hold. */
    private static final char BEHIND_ALL = '~';

    private final DFSClient client;
    private final String root;

    /** @param root the store's directory in HDFS, without a slash at its end */
    HdfsListing(DFSClient client, String root) {
        this.client = client;
        this.root = root;
    }

    /** One directory's share. */
    private record Page(List<FileStatus> files, List<String> directories) {}

    /** @param prefix checked already */
    List<FileStatus> list(String prefix) throws IOException {
        int slash = prefix.lastIndexOf('/');
        Page first = read(prefix.substring(0, slash + 1), prefix.substring(slash + 1));
        List<FileStatus> files = new ArrayList<>(first.files);
        files.addAll(below(first.directories));
        files.sort(Comparator.comparing(FileStatus::path));
        return files;
    }

    /**
     * Asks a directory that has several of them which of them there are.
     *
     * @param directories checked already, each with a slash at its end
     */
    List<FileStatus> listAll(Collection<String> directories) throws IOException {
        Map<String, List<String>> byParent = directories.stream().collect(Collectors.groupingBy(HdfsListing::parent));
        List<String> parents = new ArrayList<>();
        List<String> level = new ArrayList<>();
        byParent.forEach((parent, children) -> {
            if (children.size() >= WORTH_ASKING) {
                parents.add(parent);
            } else {
                level.addAll(children);
            }
        });
        for (Page page : readAll(parents)) {
            level.addAll(page.directories);
        }
        level.retainAll(Set.copyOf(directories));
        return below(level);
    }

    private static String parent(String directory) {
        return directory.substring(0, directory.lastIndexOf('/', directory.length() - 2) + 1);
    }

    private List<FileStatus> below(List<String> directories) throws IOException {
        List<FileStatus> files = new ArrayList<>();
        List<String> level = directories;
        while (!level.isEmpty()) {
            List<String> next = new ArrayList<>();
            for (Page page : readAll(level)) {
                files.addAll(page.files);
                next.addAll(page.directories);
            }
            level = next;
        }
        return files;
    }

    private List<Page> readAll(List<String> directories) throws IOException {
        List<Page> pages = new ArrayList<>();
        if (directories.size() <= 1) {
            for (String directory : directories) {
                pages.add(read(directory, ""));
            }
            return pages;
        }
        try (ExecutorService readers =
                Executors.newFixedThreadPool(PARALLEL, Thread.ofVirtual().factory())) {
            List<Callable<Page>> calls = new ArrayList<>();
            for (String directory : directories) {
                calls.add(() -> read(directory, ""));
            }
            for (Future<Page> page : readers.invokeAll(calls)) {
                pages.add(page.get());
            }
            return pages;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while listing");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case WeirException weir -> throw weir;
                case null, default -> throw new IOException(String.valueOf(e.getCause()), e);
            }
        }
    }

    /** @param directory empty, or with a slash at its end */
    private Page read(String directory, String namePrefix) throws IOException {
        Page page = new Page(new ArrayList<>(), new ArrayList<>());
        String source = directory.isEmpty() ? root : root + "/" + directory.substring(0, directory.length() - 1);
        byte[] after = before(namePrefix);
        while (true) {
            DirectoryListing listing = entries(source, after);
            if (listing == null) {
                return page; // no such directory
            }
            for (HdfsFileStatus entry : listing.getPartialListing()) {
                String name = entry.getLocalName();
                if (name.isEmpty()) {
                    return page; // a file where a directory was looked for
                }
                if (name.startsWith(namePrefix)) {
                    add(page, directory + name, name, entry);
                } else if (name.compareTo(namePrefix) > 0) {
                    return page;
                }
            }
            if (!listing.hasMore()) {
                return page;
            }
            after = listing.getLastName();
        }
    }

    private static void add(Page page, String path, String name, HdfsFileStatus entry) {
        if (!StorePaths.isName(name)) {
            return; // not Weir's
        }
        if (entry.isDirectory()) {
            page.directories.add(path + "/");
        } else {
            page.files.add(new FileStatus(path, entry.getLen(), entry.getModificationTime()));
        }
    }

    private @org.jspecify.annotations.Nullable DirectoryListing entries(String source, byte[] after)
            throws IOException {
        try {
            return client.listPaths(source, after);
        } catch (IOException e) {
            IOException said = HdfsFaults.unwrap(e);
            if (said instanceof FileNotFoundException || HdfsFaults.saysThroughAFile(said)) {
                return null;
            }
            throw e;
        }
    }

    /** A name that sorts before all that begin with {@code prefix} and, as names go, behind all others before them. */
    private static byte[] before(String prefix) {
        if (prefix.isEmpty()) {
            return HdfsFileStatus.EMPTY_NAME;
        }
        int last = prefix.length() - 1;
        String name = prefix.substring(0, last) + (char) (prefix.charAt(last) - 1) + BEHIND_ALL;
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
