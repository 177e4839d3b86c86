package jrunc.image;

/** What the one who unpacks may do: it decides how owners, devices and the marks of overlayfs are written. */
public enum Powers {
    /** Everything. */
    ROOT,
    /** Root in a user namespace: owners are those that are mapped, there are no devices, and overlayfs is asked to look for marks of users. */
    NAMESPACE_ROOT,
    /** As in a namespace, and everything belongs to the one user there is; that user is root in the containers. */
    USER;

    /**
     * {@return what a process may do}
     *
     * @param uid    its effective user id
     * @param uidMap what /proc/self/uid_map says
     */
    public static Powers of(long uid, String uidMap) {
        if (uid != 0) return USER;
        var words = uidMap.strip().split("\\s+");
        boolean all = words.length == 3 && words[0].equals("0") && words[1].equals("0") && words[2].equals("4294967295");
        return all ? ROOT : NAMESPACE_ROOT;
    }

    boolean mayOwn() {
        return this != USER;
    }

    boolean mayMakeDevices() {
        return this == ROOT;
    }

    /** {@return what the names of overlayfs's own extended attributes begin with; {@code user.} needs the mount option userxattr} */
    String overlay() {
        return this == ROOT ? "trusted.overlay." : "user.overlay.";
    }
}
