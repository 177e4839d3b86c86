package jrunc.image;

import jrunc.kernel.TreeCalls;

/** Names in an archive as paths in the layer: {@code ./usr//bin/} is {@code usr/bin}, {@code ./} is the empty path, and so is {@code /}, as umoci writes it. */
final class LayerPath {
    private static final int NAME_MAX = 255;

    private LayerPath() {}

    /** {@return why {@code name} is no path in a layer, or null if it is one} */
    static String fault(String name) {
        if (name.isEmpty()) return "it has no name";
        if (name.charAt(0) == '/' && !clean(name).isEmpty()) return "an absolute path; a layer's paths are relative to its top";
        if (name.length() >= TreeCalls.PATH_MAX) return "a path of " + name.length() + " bytes, and Linux takes no more than " + (TreeCalls.PATH_MAX - 1);
        for (int at = 0; at < name.length(); ) {
            int end = end(name, at);
            if (end - at > NAME_MAX) return "a name of " + (end - at) + " bytes, and Linux takes no more than " + NAME_MAX;
            if (end - at == 2 && name.startsWith("..", at)) return "it leads upwards, by \"..\"";
            at = end + 1;
        }
        return null;
    }

    private static int end(String name, int at) {
        int slash = name.indexOf('/', at);
        return slash < 0 ? name.length() : slash;
    }

    /** {@return the path without what means nothing: {@code .}, double slashes, a slash at its end} */
    static String clean(String name) {
        var path = new StringBuilder(name.length());
        for (int at = 0; at < name.length(); ) {
            int end = end(name, at);
            boolean means = end > at && !(end - at == 1 && name.charAt(at) == '.');
            if (means) path.append(path.isEmpty() ? "" : "/").append(name, at, end);
            at = end + 1;
        }
        return path.toString();
    }

    /** {@return the path of the directory that {@code path} is in; empty for the top} */
    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    /** {@return the last name of {@code path}} */
    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
