package jrunc.image;

import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import jrunc.kernel.TreeReader;
import jrunc.linux.FileType;

/**
 * What overlayfs shows of some layers, worked out without mounting them: the topmost name counts, directories of one name are merged
 * down to an opaque one, and a whiteout hides what is below it. Paths are {@link ByteText} from the top, which is "".
 *
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">overlayfs</a>
 */
final class MergedTree implements AutoCloseable {
    private static final int MOST_LINKS = 40;
    private static final String[] KINDS = {"trusted.overlay.", "user.overlay."};

    private final List<TreeReader> layers = new ArrayList<>();

    /** @param directories topmost first */
    MergedTree(List<String> directories) {
        try {
            for (var directory : directories) layers.add(new TreeReader(directory));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * A file or directory of the merged tree.
     *
     * @param path  in its layer, and in the tree
     * @param layer which one it is of
     * @param below which layers have a part of it, topmost first, if it is a directory
     */
    record Node(String path, TreeReader.Found found, TreeReader layer, List<TreeReader> below) {
        FileType type() {
            return found.stat().type();
        }

        /** {@return its extended attributes, without those that overlayfs keeps its notes in} */
        Map<String, byte[]> xattrs() {
            Map<String, byte[]> all = new TreeMap<>();
            for (var one : layer.xattrs(path).entrySet()) {
                if (!isNote(one.getKey())) all.put(one.getKey(), one.getValue());
            }
            return all;
        }

        String target() {
            return layer.target(path);
        }

        InputStream content() {
            return layer.content(path);
        }
    }

    private static boolean isNote(String attribute) {
        for (var kind : KINDS) {
            if (attribute.startsWith(kind)) return true;
        }
        return false;
    }

    /** {@return the top} */
    Node top() {
        return node("", layers).orElseThrow();
    }

    /** {@return what the layers, topmost first, make of a path whose parent they all have a part of; nothing if it is not there} */
    private static Optional<Node> node(String path, List<TreeReader> parts) {
        TreeReader.Found top = null;
        TreeReader owner = null;
        List<TreeReader> below = new ArrayList<>();
        for (var layer : parts) {
            var found = layer.stat(path);
            if (found.isEmpty()) continue;
            if (isWhiteout(found.get())) break;
            boolean directory = found.get().stat().type() == FileType.S_IFDIR;
            if (top == null) {
                top = found.get();
                owner = layer;
            } else if (!directory) {
                break;
            }
            if (!directory) break;
            below.add(layer);
            if (isOpaque(layer, path)) break;
        }
        return top == null ? Optional.empty() : Optional.of(new Node(path, top, owner, below));
    }

    /** {@return whether it hides what is below: a character device with the number 0, 0} */
    static boolean isWhiteout(TreeReader.Found found) {
        return found.stat().type() == FileType.S_IFCHR && found.stat().special() == 0;
    }

    /** {@return whether a directory hides what layers below have of it} */
    static boolean isOpaque(TreeReader layer, String path) {
        var attributes = layer.xattrs(path);
        for (var kind : KINDS) {
            if (attributes.containsKey(kind + "redirect") || attributes.containsKey(kind + "metacopy")) {
                throw new InvalidImageException(ByteText.shown(path), "changed by an overlay with redirect_dir or metacopy, which needs the kernel to be understood");
            }
            var value = attributes.get(kind + "opaque");
            if (value != null && value.length == 1 && value[0] == 'y') return true;
        }
        return false;
    }

    /** {@return what is in a directory, by name} */
    static Map<String, Node> children(Node directory) {
        Map<String, Node> children = new TreeMap<>();
        for (var layer : directory.below()) {
            for (var name : layer.list(directory.path())) {
                String path = directory.path().isEmpty() ? name : directory.path() + '/' + name;
                if (!children.containsKey(name)) node(path, directory.below()).ifPresent(node -> children.put(name, node));
            }
        }
        return children;
    }

    /** {@return what {@code path} leads to, symbolic links followed as inside of a container; nothing if that is not there} */
    Optional<Node> find(String path) {
        var waiting = new ArrayDeque<>(List.of(path.split("/")));
        var way = new ArrayDeque<Node>(List.of(top()));
        int links = 0;
        while (!waiting.isEmpty()) {
            String part = waiting.pop();
            var here = way.peek();
            if (part.equals("..") && way.size() > 1) way.pop();
            if (part.isEmpty() || part.equals(".") || part.equals("..")) continue;
            var next = here.type() == FileType.S_IFDIR ? node(here.path().isEmpty() ? part : here.path() + '/' + part, here.below()) : Optional.<Node>empty();
            if (next.isEmpty()) return Optional.empty();
            if (next.get().type() != FileType.S_IFLNK) {
                way.push(next.get());
                continue;
            }
            if (++links > MOST_LINKS) return Optional.empty();
            String target = next.get().target();
            if (target.startsWith("/")) while (way.size() > 1) way.pop();
            var parts = target.split("/");
            for (int i = parts.length - 1; i >= 0; i--) waiting.push(parts[i]);
        }
        return Optional.of(way.peek());
    }

    @Override public void close() {
        for (var layer : layers) layer.close();
    }

    /** {@return names by inode of one layer: the first path under which a file with several names was met} */
    static final class Names {
        private final Map<String, String> first = new LinkedHashMap<>();

        /** {@return the path that the file was met under before; null if this is the first} */
        String before(Node node) {
            if (node.found().links() < 2 || node.type() == FileType.S_IFDIR) return null;
            var stat = node.found().stat();
            return first.putIfAbsent(System.identityHashCode(node.layer()) + ":" + stat.device() + ":" + stat.inode(), node.path());
        }
    }
}
