package jrunc.config;

import java.util.List;
import java.util.Optional;

/**
 * How the ids of a bind mount are mapped: by its own mappings, by the option {@code idmap=}, or as in the container's user
 * namespace.
 *
 * @param uids      empty: as in the user namespace that the container joins
 * @param gids      empty together with {@code uids}
 * @param recursive for all mounts below it too
 */
public record MountIds(List<IdMapping> uids, List<IdMapping> gids, boolean recursive) {

    /** {@return the mapping of a mount that has one, in a config that keeps the rules} */
    public static Optional<MountIds> of(Mount mount, Linux linux) {
        if (!mount.hasMappedIds()) return Optional.empty();
        boolean recursive = false;
        Optional<IdmapWord> own = Optional.empty();
        for (var word : mount.options()) {
            recursive |= word.startsWith("ridmap");
            if (Mount.isIdmapWithValue(word)) own = IdmapWord.parse(word);
        }
        if (!mount.uidMappings().isEmpty()) return Optional.of(new MountIds(mount.uidMappings(), mount.gidMappings(), recursive));
        if (own.isEmpty()) return Optional.of(new MountIds(linux.uidMappings(), linux.gidMappings(), recursive));
        return Optional.of(new MountIds(IdmapWord.absolute(own.get().uids(), linux.uidMappings()).orElseThrow(),
                IdmapWord.absolute(own.get().gids(), linux.gidMappings()).orElseThrow(), recursive));
    }
}
