package jrunc.plan;

import java.util.Optional;

/**
 * What ties a container to whoever calls jrunc beyond the making of it.
 *
 * @param foreground the command waits for the container's end; if the container has a terminal, its other end is jrunc's to hold
 * @param subreaper  the container's orphans become jrunc's children as long as it waits
 * @param listenFds  how many descriptors from 3 on are sockets for the container to serve, as systemd hands them over
 * @param notifySocket who wants to be told that the container is ready, as in {@code NOTIFY_SOCKET}: the path of a socket, or a name
 *                   after an {@code @}
 */
public record Ties(boolean foreground, boolean subreaper, int listenFds, Optional<String> notifySocket) {
    /** The container is left to itself. */
    public static final Ties NONE = new Ties(false, false);

    /** Nothing of systemd's protocols. */
    public Ties(boolean foreground, boolean subreaper) {
        this(foreground, subreaper, 0, Optional.empty());
    }

    /** {@return whether something of them shows inside the container} */
    public boolean showInside() {
        return listenFds > 0 || notifySocket.isPresent();
    }
}
