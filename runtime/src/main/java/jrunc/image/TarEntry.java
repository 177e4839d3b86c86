package jrunc.image;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import jrunc.linux.FileType;

/**
 * What an archive says of one file, before its content. Names, targets and the names of extended attributes are
 * {@link ByteText}, as the archive has them: nothing is resolved, and nothing is checked but that they hold no NUL.
 *
 * @param name     a path below the archive's top; a directory's may end in a slash
 * @param size     of the content in bytes, holes counted; 0 for all but {@link Type#FILE}
 * @param target   of a symbolic link what it says, of a hard link the path of the other name in the archive, else empty
 * @param major    of a device, else 0
 * @param minor    of a device, else 0
 * @param extents  of a sparse file the parts that are stored, in their order; null for a file that is stored whole
 */
public record TarEntry(Type type, String name, Attributes attributes, long size, String target, long major, long minor, List<Extent> extents) {
    /** What there is in a file system, as far as archives know it. */
    public enum Type {
        FILE('0', FileType.S_IFREG),
        /** One more name for a file that the archive has had before. */
        HARD_LINK('1', FileType.S_IFREG),
        SYMBOLIC_LINK('2', FileType.S_IFLNK),
        CHARACTER_DEVICE('3', FileType.S_IFCHR),
        BLOCK_DEVICE('4', FileType.S_IFBLK),
        DIRECTORY('5', FileType.S_IFDIR),
        FIFO('6', FileType.S_IFIFO);

        private final char flag;
        private final FileType kind;

        Type(char flag, FileType kind) {
            this.flag = flag;
            this.kind = kind;
        }

        /** {@return the byte that stands for it in a header} */
        char flag() {
            return flag;
        }

        /** {@return the type bits of its mode} */
        public FileType kind() {
            return kind;
        }

        /** {@return whether it has a device number} */
        public boolean isDevice() {
            return this == CHARACTER_DEVICE || this == BLOCK_DEVICE;
        }
    }

    /**
     * What a file of any type has.
     *
     * @param mode     the permissions and the bits set-user-id, set-group-id and sticky; no type
     * @param modified to the nanosecond, where the archive says it so
     * @param xattrs   extended attributes by name, such as {@code security.capability}
     */
    public record Attributes(int mode, long uid, long gid, Instant modified, Map<String, byte[]> xattrs) {
        /** A directory that no entry describes. */
        static final Attributes PLAIN_DIRECTORY = new Attributes(0755, 0, 0, Instant.EPOCH, Map.of());
    }

    /** A part of a sparse file that is stored: from {@code offset}, {@code length} bytes. All else is a hole. */
    public record Extent(long offset, long length) {
        long end() {
            return offset + length;
        }
    }

    /** {@return a file of {@code size} bytes} */
    public static TarEntry file(String name, Attributes attributes, long size) {
        return new TarEntry(Type.FILE, name, attributes, size, "", 0, 0, null);
    }

    /** {@return a directory} */
    public static TarEntry directory(String name, Attributes attributes) {
        return new TarEntry(Type.DIRECTORY, name, attributes, 0, "", 0, 0, null);
    }

    /** {@return a symbolic or a hard link} */
    public static TarEntry link(Type type, String name, Attributes attributes, String target) {
        return new TarEntry(type, name, attributes, 0, target, 0, 0, null);
    }

    /** {@return a device, or a fifo, which has no numbers} */
    public static TarEntry node(Type type, String name, Attributes attributes, long major, long minor) {
        return new TarEntry(type, name, attributes, 0, "", major, minor, null);
    }

    /** {@return how many bytes of content the archive has: {@link #size} without the holes} */
    public long stored() {
        if (extents == null) return size;
        long stored = 0;
        for (var extent : extents) stored += extent.length;
        return stored;
    }
}
