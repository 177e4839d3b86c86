package jrunc.image;

/**
 * How a layer says what of the layers below is gone: {@code .wh.NAME} deletes NAME, {@code .wh..wh..opq} deletes all that was in its directory.
 *
 * @param kind what the path says
 * @param path what is deleted; of an opaque directory its name in the directory where the mark is: a dot
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/layer.md#whiteouts">image-spec, Whiteouts</a>
 */
record Whiteout(Kind kind, String path) {
    /** What a name that begins with {@code .wh.} can be. */
    enum Kind { DELETED, OPAQUE, MEANINGLESS, WRONG }

    static final String PREFIX = ".wh.";
    static final String OPAQUE = ".wh..wh..opq";
    /** What aufs wrote for itself; other programs leave it out. */
    private static final String AUFS_LINKS = ".wh..wh.plnk";
    private static final String AUFS_MARK = ".wh..wh.aufs";
    private static final String AUFS_ORPHANS = ".wh..wh.orph";

    /** {@return whether any name in {@code path} begins as a whiteout's} */
    static boolean isIn(String path) {
        for (int at = path.indexOf(PREFIX); at >= 0; at = path.indexOf(PREFIX, at + 1)) {
            if (at == 0 || path.charAt(at - 1) == '/') return true;
        }
        return false;
    }

    /** {@return what a path, in which such a name is, says} */
    static Whiteout of(String path) {
        int slash = path.indexOf('/');
        var first = slash < 0 ? path : path.substring(0, slash);
        if (first.equals(AUFS_LINKS) || first.equals(AUFS_MARK) || first.equals(AUFS_ORPHANS)) return new Whiteout(Kind.MEANINGLESS, "");
        var name = LayerPath.name(path);
        var parent = LayerPath.parent(path);
        if (!name.startsWith(PREFIX) || isIn(parent)) return new Whiteout(Kind.WRONG, "");
        if (name.equals(OPAQUE)) return new Whiteout(Kind.OPAQUE, ".");
        var deleted = name.substring(PREFIX.length());
        boolean wrong = deleted.isEmpty() || deleted.equals(".") || deleted.equals("..") || deleted.startsWith(PREFIX);
        return wrong ? new Whiteout(Kind.WRONG, "") : new Whiteout(Kind.DELETED, parent.isEmpty() ? deleted : parent + "/" + deleted);
    }
}
