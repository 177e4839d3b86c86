package jrunc.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.config.IdMapping;
import jrunc.config.Linux;
import jrunc.host.Host;
import jrunc.host.SubordinateIds;
import jrunc.linux.Namespace;

/**
 * What an ordinary user's config may leave out: without root a container needs a user namespace, so one is added in which the user
 * is root and the ids that the administrator has granted follow from 1 on.
 */
public final class OwnUserNamespace {
    private static final int MOST_EXTENTS = 340;

    private OwnUserNamespace() {}

    /** {@return whether a config has no user namespace, or a new one that lacks a map} Maps without a namespace stay an error. */
    public static boolean isIncomplete(Config config) {
        var linux = config.linux();
        var namespace = linux.namespace(Namespace.USER);
        boolean users = !linux.uidMappings().isEmpty();
        boolean groups = !linux.gidMappings().isEmpty();
        return namespace.isEmpty() ? !users && !groups : namespace.get().path().isEmpty() && (!users || !groups);
    }

    /** {@return the config with the user namespace and the maps that it lacks} */
    public static Config complete(Config config, Host host, SubordinateIds granted) {
        var linux = config.linux();
        List<Linux.NamespaceEntry> namespaces = new ArrayList<>(linux.namespaces());
        if (linux.namespace(Namespace.USER).isEmpty()) namespaces.add(new Linux.NamespaceEntry(Namespace.USER.word(), Optional.empty()));
        return config.with(linux.with(namespaces,
                linux.uidMappings().isEmpty() ? map(host.uid(), granted.uids()) : linux.uidMappings(),
                linux.gidMappings().isEmpty() ? map(host.gid(), granted.gids()) : linux.gidMappings()));
    }

    /**
     * {@return a user namespace with all of these ids, for a process that needs no more of a container; nothing if not both users and
     * groups have been granted} One alone is not enough: hardly a file of another user is of the own group.
     */
    public static Optional<Linux> whole(Host host, SubordinateIds granted) {
        var users = map(host.uid(), granted.uids());
        var groups = map(host.gid(), granted.gids());
        if (users.size() == 1 || groups.size() == 1) return Optional.empty();
        return Optional.of(Linux.NONE.with(List.of(new Linux.NamespaceEntry(Namespace.USER.word(), Optional.empty())), users, groups));
    }

    private static List<IdMapping> map(long own, List<SubordinateIds.Range> granted) {
        List<IdMapping> map = new ArrayList<>(List.of(new IdMapping(0, own, 1)));
        long next = 1;
        for (var range : granted) {
            boolean hasOwn = own >= range.first() && own < range.first() + range.count();
            if (hasOwn || map.size() == MOST_EXTENTS || next + range.count() > 0xFFFFFFFFL) continue;
            map.add(new IdMapping(next, range.first(), range.count()));
            next += range.count();
        }
        return map;
    }
}
