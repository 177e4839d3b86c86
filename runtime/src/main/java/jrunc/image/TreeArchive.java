package jrunc.image;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import jrunc.config.IdMapping;
import jrunc.image.TarEntry.Attributes;
import jrunc.image.TarEntry.Type;
import jrunc.kernel.TreeReader;
import jrunc.linux.Errno;
import jrunc.linux.FileType;
import jrunc.linux.SyscallException;

/** Writes directory trees as tars: the merged tree of a container as it sees it, or one layer as images have it. */
final class TreeArchive {
    private static final int BUFFER = 64 * 1024;

    private final TarWriter tar;
    private final MergedTree.Names names = new MergedTree.Names();
    private final byte[] buffer = new byte[BUFFER];

    private final List<IdMapping> uids;
    private final List<IdMapping> gids;

    /** @param uids of the container's user namespace, as {@code gids} are: the archive has the owners that the container sees */
    TreeArchive(TarWriter tar, List<IdMapping> uids, List<IdMapping> gids) {
        this.tar = tar;
        this.uids = uids;
        this.gids = gids;
    }

    /** Writes all of {@code tree}. Names are in order, so that equal trees are equal tars. */
    void write(MergedTree tree) throws IOException {
        merged(tree.top());
    }

    private void merged(MergedTree.Node node) throws IOException {
        Map<String, MergedTree.Node> children = Map.of();
        try {
            entry(node);
            if (node.type() == FileType.S_IFDIR) children = MergedTree.children(node);
        } catch (SyscallException e) {
            if (e.errno() != Errno.ENOENT) throw e; // removed meanwhile
        }
        for (var child : children.values()) merged(child);
    }

    /**
     * Writes one layer, in overlayfs's form, as images have it: whiteouts become files whose names start with {@value Whiteout#PREFIX}.
     *
     * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/layer.md#whiteouts">layer.md, Whiteouts</a>
     */
    void writeLayer(TreeReader layer) throws IOException {
        layer(layer, "");
    }

    private void layer(TreeReader layer, String path) throws IOException {
        var found = layer.stat(path);
        if (found.isEmpty()) return; // removed meanwhile
        if (MergedTree.isWhiteout(found.get())) {
            int slash = path.lastIndexOf('/') + 1;
            mark(path.substring(0, slash) + Whiteout.PREFIX + path.substring(slash), found.get());
            return;
        }
        var names = new TreeSet<String>();
        try {
            entry(new MergedTree.Node(path, found.get(), layer, List.of(layer)));
            if (found.get().stat().type() == FileType.S_IFDIR) {
                if (MergedTree.isOpaque(layer, path)) mark((path.isEmpty() ? "" : path + '/') + Whiteout.OPAQUE, found.get());
                names.addAll(layer.list(path));
            }
        } catch (SyscallException e) {
            if (e.errno() != Errno.ENOENT) throw e; // removed meanwhile
        }
        for (var name : names) layer(layer, path.isEmpty() ? name : path + '/' + name);
    }

    private void mark(String path, TreeReader.Found found) throws IOException {
        tar.add(TarEntry.file(path, new Attributes(0, 0, 0, found.modified(), Map.of()), 0));
    }

    private void entry(MergedTree.Node node) throws IOException {
        var stat = node.found().stat();
        String first = names.before(node);
        if (first != null) {
            tar.add(TarEntry.link(Type.HARD_LINK, node.path(), attributes(node), first));
            return;
        }
        switch (node.type()) {
            case S_IFDIR -> tar.add(TarEntry.directory(node.path().isEmpty() ? "./" : node.path() + '/', attributes(node)));
            case S_IFREG -> file(node);
            case S_IFLNK -> tar.add(TarEntry.link(Type.SYMBOLIC_LINK, node.path(), attributes(node), node.target()));
            case S_IFCHR -> device(Type.CHARACTER_DEVICE, node, stat.special());
            case S_IFBLK -> device(Type.BLOCK_DEVICE, node, stat.special());
            case S_IFIFO -> device(Type.FIFO, node, 0);
            case S_IFSOCK -> { } // it means nothing without the process that listens; no tar knows sockets
        }
    }

    private void device(Type type, MergedTree.Node node, long number) throws IOException {
        tar.add(TarEntry.node(type, node.path(), attributes(node), number >>> 32, number & 0xFFFFFFFFL));
    }

    private Attributes attributes(MergedTree.Node node) {
        var stat = node.found().stat();
        return new Attributes(stat.mode() & 07777, IdMapping.inContainer(uids, stat.uid()), IdMapping.inContainer(gids, stat.gid()), node.found().modified(), node.xattrs());
    }

    /** A file that changes while it is read comes out as long as it was; what is missing are zeros. */
    private void file(MergedTree.Node node) throws IOException {
        long left = node.found().stat().size();
        try (var content = node.content()) {
            tar.add(TarEntry.file(node.path(), attributes(node), left));
            while (left > 0) {
                int got = content.read(buffer, 0, (int) Math.min(left, BUFFER));
                if (got < 0) break;
                tar.write(buffer, 0, got);
                left -= got;
            }
        }
        Arrays.fill(buffer, (byte) 0);
        for (; left > 0; left -= Math.min(left, BUFFER)) tar.write(buffer, 0, (int) Math.min(left, BUFFER));
    }
}
