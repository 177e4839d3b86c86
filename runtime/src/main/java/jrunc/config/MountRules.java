package jrunc.config;

import java.util.List;
import jrunc.linux.Namespace;

/** The rules of config.md's Mounts section, and of the Linux part of it. */
final class MountRules {
    private static final List<String> PROVIDED_BY_LXCFS = List.of("/proc/cpuinfo", "/proc/diskstats", "/proc/loadavg",
            "/proc/meminfo", "/proc/slabinfo", "/proc/stat", "/proc/swaps", "/proc/uptime", "/proc/sys/crypto/fips_enabled",
            "/proc/sys/kernel/ns_last_pid");

    /**
     * Words about the file system that a bind mount takes: nothing is printed either way, and that it is neither sync nor mand is
     * seen when it is mounted. (With mount(2) such words are without effect.)
     */
    private static final List<String> OF_A_BIND_MOUNT = List.of("silent", "loud", "async", "nomand");

    private MountRules() {}

    static void check(Config config, Violations found) {
        for (int i = 0; i < config.mounts().size(); i++) {
            var mount = config.mounts().get(i);
            var path = JsonPath.at("mounts", i);
            var options = MountOptions.of(mount.options());
            destination(mount, options, path + ".destination", found);
            kind(mount, options, path, found);
            idmap(mount, options, path, config.linux(), found);
        }
    }

    private static void destination(Mount mount, MountOptions options, String path, Violations found) {
        var shown = JsonText.quoted(mount.destination());
        var place = mount.place();
        if (mount.destination().isEmpty()) found.add(Rule.MOUNT_DESTINATION, path, "is empty");
        else if (place.equals("/")) found.add(Rule.MOUNT_DESTINATION, path, shown + " is the container's root");
        if (place.equals("/proc") && !options.isBind() && !mount.type().orElse("").equals("proc")) {
            found.add(Rule.MOUNT_ON_PROC, path, shown + " takes only a mount of type proc");
        }
        if (place.startsWith("/proc/") && !PROVIDED_BY_LXCFS.contains(place)) {
            found.add(Rule.MOUNT_IN_PROC, path, shown + " is inside /proc");
        }
    }

    private static void kind(Mount mount, MountOptions options, String path, Violations found) {
        boolean bind = options.isBind() || mount.type().orElse("").equals("bind");
        if (bind && mount.source().isEmpty()) found.add(Rule.MOUNT_SOURCE, path + ".source", "is missing");
        boolean changes = options.remount() || !options.propagation().isEmpty();
        if (!bind && !changes && mount.type().isEmpty()) found.add(Rule.MOUNT_TYPE, path + ".type", "is missing");
        if (!bind) return;
        for (int i = 0; i < mount.options().size(); i++) {
            var option = mount.options().get(i);
            var known = MountOption.named(option);
            if (known.isEmpty() && !Mount.isIdmapWithValue(option)) {
                found.add(Rule.MOUNT_BIND_DATA, JsonPath.at(path + ".options", i),
                        JsonText.quoted(option) + " is no option of a bind mount");
            } else if (known.isPresent() && known.get().effect() == MountOption.Effect.SUPERBLOCK && !OF_A_BIND_MOUNT.contains(option)) {
                found.add(Rule.MOUNT_BIND_DATA, JsonPath.at(path + ".options", i), JsonText.quoted(option)
                        + " is about a whole file system: a bind mount shares that of its source, which is not the container's to change");
            }
        }
    }

    private static void idmap(Mount mount, MountOptions options, String path, Linux linux, Violations found) {
        boolean users = !mount.uidMappings().isEmpty();
        boolean groups = !mount.gidMappings().isEmpty();
        int words = 0;
        for (int i = 0; i < mount.options().size(); i++) {
            var word = mount.options().get(i);
            if (!Mount.isIdmapWithValue(word)) continue;
            words++;
            word(word, linux, JsonPath.at(path + ".options", i), found);
            if (users || groups || words > 1) {
                found.add(Rule.MOUNT_IDMAP, JsonPath.at(path + ".options", i), "the ids of this mount are mapped elsewhere, too");
            }
        }
        boolean mapped = users || groups || options.idmap() || options.ridmap();
        if (users != groups) {
            found.add(Rule.MOUNT_IDMAP, path + (users ? ".gidMappings" : ".uidMappings"), "is missing beside "
                    + (users ? "uidMappings" : "gidMappings"));
        }
        if (mapped && !options.isBind()) found.add(Rule.MOUNT_IDMAP, path + ".options", "only a bind mount can have mapped ids");
        if (mapped && !users && !groups && words == 0 && linux.namespace(Namespace.USER).isEmpty()) {
            found.add(Rule.MOUNT_IDMAP, path + ".options", "idmap needs uidMappings and gidMappings, or a namespace of type user");
        }
        NamespaceRules.mappings(mount.uidMappings(), path + ".uidMappings", found);
        NamespaceRules.mappings(mount.gidMappings(), path + ".gidMappings", found);
    }

    /** An option as crun has it: {@code idmap=uids=0-1-10;gids=0-1-10}. */
    private static void word(String word, Linux linux, String path, Violations found) {
        var parsed = IdmapWord.parse(word);
        if (parsed.isEmpty()) {
            found.add(Rule.MOUNT_IDMAP, path, JsonText.quoted(word) + " does not have the form idmap=uids=0-1000-10#20-2000-5;gids=0-1000-10");
            return;
        }
        var uids = IdmapWord.absolute(parsed.get().uids(), linux.uidMappings());
        var gids = IdmapWord.absolute(parsed.get().gids(), linux.gidMappings());
        if (uids.isEmpty() || gids.isEmpty()) {
            found.add(Rule.MOUNT_IDMAP, path, "a range with @ is not within one of linux." + (uids.isEmpty() ? "uidMappings" : "gidMappings"));
        }
        NamespaceRules.mappings(uids.orElse(List.of()), path + ".uids", found);
        NamespaceRules.mappings(gids.orElse(List.of()), path + ".gids", found);
    }
}
