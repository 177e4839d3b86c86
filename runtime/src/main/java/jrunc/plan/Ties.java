package jrunc.plan;

/**
 * What ties a container to whoever calls jrunc beyond the making of it.
 *
 * @param foreground the command waits for the container's end; if the container has a terminal, its other end is jrunc's to hold
 * @param subreaper  the container's orphans become jrunc's children as long as it waits
 */
public record Ties(boolean foreground, boolean subreaper) {
    /** The container is left to itself. */
    public static final Ties NONE = new Ties(false, false);
}
