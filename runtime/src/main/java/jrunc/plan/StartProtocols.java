package jrunc.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.config.Mount;

/**
 * What a container sees of the protocols by which systemd starts services: sockets to serve, and one to say on that it is ready.
 *
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html">sd_listen_fds(3)</a>
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html">sd_notify(3)</a>
 */
public final class StartProtocols {
    private static final String PLACE = "/run/notify";

    private StartProtocols() {}

    /**
     * {@return the config with what the protocols bring into the container}
     *
     * @param state the container's state directory
     */
    public static Config in(Config config, Ties ties, String state) {
        List<String> environment = new ArrayList<>(config.process().env());
        List<Mount> mounts = new ArrayList<>(config.mounts());
        if (ties.listenFds() > 0) {
            environment.add("LISTEN_FDS=" + ties.listenFds());
            environment.add("LISTEN_PID=1");
        }
        if (ties.notifySocket().isPresent()) {
            mounts.add(new Mount(PLACE, Optional.empty(), Optional.of(NotifySocket.directory(state)), List.of("bind", "nosuid", "noexec", "nodev", "ro"), null, null));
            environment.add("NOTIFY_SOCKET=" + PLACE + "/" + NotifySocket.NAME);
        }
        return config.with(mounts, config.process().with(environment));
    }
}
