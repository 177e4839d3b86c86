package jrunc.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where symbolic links of an image lead, followed inside the image only. It says where a missing mount point behind a link is
 * to be made, and nothing more: the kernel follows the links again when it is made, and keeps inside.
 */
public final class ImageLinks {
    /** As many as runc follows; more, or a loop, is for the kernel to refuse. */
    private static final int MOST_LINKS = 255;

    private final List<String> layers;
    private final Set<String> plain = new HashSet<>();

    private ImageLinks(List<String> layers) {
        this.layers = layers;
    }

    /**
     * @param layers of the root file system, absolute paths, top first
     * @param places absolute, without {@code .} and {@code ..}
     * @return for each place that a symbolic link is on the way to: the same without links
     */
    public static Map<String, String> follow(List<String> layers, List<String> places) {
        var links = new ImageLinks(layers);
        Map<String, String> followed = new HashMap<>();
        for (var place : places) {
            String to = links.follow(place);
            if (!to.equals(place)) followed.put(place, to);
        }
        return followed;
    }

    private String follow(String place) {
        var rest = new ArrayDeque<String>();
        put(place, rest);
        String at = "";
        for (int links = 0; !rest.isEmpty(); ) {
            String name = rest.pop();
            if (name.equals("..")) {
                at = at.substring(0, Math.max(0, at.lastIndexOf('/')));
                continue;
            }
            String next = at + "/" + name;
            String target = plain.contains(next) ? null : target(next);
            if (target == null) {
                plain.add(next);
                at = next;
            } else {
                if (++links > MOST_LINKS) return place;
                if (target.startsWith("/")) at = "";
                put(target, rest);
            }
        }
        return at.isEmpty() ? "/" : at;
    }

    private static void put(String path, ArrayDeque<String> before) {
        var names = path.split("/");
        for (int i = names.length - 1; i >= 0; i--) {
            if (!names[i].isEmpty() && !names[i].equals(".")) before.push(names[i]);
        }
    }

    /** {@return where the link {@code path} of the image leads, or null if it is no link} */
    private String target(String path) {
        for (var layer : layers) {
            var file = Path.of(layer + path);
            if (Files.isSymbolicLink(file)) return read(file);
            if (layers.size() > 1 && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) return null;
        }
        return null;
    }

    private static String read(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            return null; // it was there a moment ago: what comes of that is seen when the tape plays
        }
    }
}
