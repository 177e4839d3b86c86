package jrunc.lifecycle;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.config.Seccomp;
import jrunc.host.Asked;
import jrunc.host.BundleFiles;
import jrunc.host.BundleReader;
import jrunc.host.CgroupTree;
import jrunc.host.Host;
import jrunc.host.NotedTexts;
import jrunc.linux.Namespace;
import jrunc.linux.StateException;
import jrunc.machine.TrapPlayer;
import jrunc.plan.Cgroups;
import jrunc.plan.Command;
import jrunc.plan.ContainerRecord;
import jrunc.plan.Global;
import jrunc.plan.NamedProcess;
import jrunc.plan.PasswdLook;
import jrunc.plan.Premise;
import jrunc.plan.StateDirectory;

/**
 * What a recording rests on, as premises that a front can look at by itself. Each is either what was read then, or from it follows what was
 * read; where that cannot be said, there are none.
 */
final class Grounds {
    /** A larger file is not compared each time. */
    private static final int MOST = 1 << 16;
    private static final int INODE_OF_ROOT = 1;

    private final List<Premise> premises = new ArrayList<>();
    private boolean known = true;

    private Grounds() {}

    /** {@return what a create rests on, but for the cgroup} */
    static Optional<List<Premise>> ofLaunch(Premises read, FrontProcess front, NotedTexts texts) {
        var grounds = new Grounds();
        grounds.host(read.found().host(), front, texts);
        grounds.bundle(read);
        var command = read.command();
        grounds.once(command.consoleSocket(), command.pidfdSocket(), command.preserveFds(), read.config());
        return grounds.known();
    }

    /**
     * {@return what an exec rests on, but for the container and the file that describes the process}
     *
     * @param config of the process
     * @param below the cgroup below the container's that the process belongs in
     */
    static Optional<List<Premise>> ofExec(Command.Exec command, Host host, Config config, Optional<String> below, FrontProcess front, NotedTexts texts) {
        var grounds = new Grounds();
        grounds.once(command.consoleSocket(), command.pidfdSocket(), command.preserveFds(), config);
        grounds.known &= below.isEmpty() && config.linux().namespace(Namespace.MOUNT).isPresent(); // else the process itself must know the container's
        grounds.host(host, front, texts);
        return grounds.known();
    }

    /**
     * {@return what makes a container one of those that an exec was recorded for}
     *
     * @param record as much as follows from the id
     * @param kept   the bytes of its config
     */
    static List<Premise> ofKind(Global global, ContainerRecord record, byte[] kept) {
        String file = StateDirectory.path(global, record.id()) + "/" + StateDirectory.CONFIG;
        return List.of(new Premise.Content(file, ByteBuffer.wrap(kept)), new Premise.Cgroup(NamedProcess.ofLater(global, record.id()).page(), cgroup(record)));
    }

    private static String cgroup(ContainerRecord record) {
        return record.cgroup().isEmpty() ? "" : record.mountPoint() + record.cgroup();
    }

    /**
     * {@return what else an exec expects of its container}
     *
     * @param passwd what is read of its /etc/passwd; nothing if nobody asks
     */
    static List<Premise> ofContainer(Global global, ContainerRecord record, Optional<ByteBuffer> passwd) {
        var grounds = new Grounds();
        grounds.premises.add(new Premise.Is(StateDirectory.path(global, record.id()) + "/" + StateDirectory.START, BundleFiles.Kind.MISSING));
        String cgroup = cgroup(record);
        if (!cgroup.isEmpty()) {
            grounds.says(cgroup + "/cgroup.freeze", "0\n");
            grounds.says(cgroup + "/cgroup.subtree_control", "");
        }
        passwd.ifPresent(bytes -> grounds.premises.add(new Premise.Home(NamedProcess.ofLater(global, record.id()), bytes)));
        return grounds.premises;
    }

    /**
     * A front whose form fails begins anew. Then nothing may have been sent to anybody else, and no descriptor that the first attempt has left open
     * may be taken for one that the caller hands on.
     */
    private void once(Optional<String> consoleSocket, Optional<String> pidfdSocket, int preserveFds, Config config) {
        boolean sends = consoleSocket.isPresent() || pidfdSocket.isPresent() || config.linux().seccomp().flatMap(Seccomp::listenerPath).isPresent();
        known &= !sends && preserveFds == 0;
    }

    private Optional<List<Premise>> known() {
        return known ? Optional.of(premises) : Optional.empty();
    }

    private void host(Host host, FrontProcess front, NotedTexts texts) {
        known &= host.asked().equals(Asked.NOTHING) && !Cgroups.mayLackRight(host);
        premises.addAll(front.premises());
        premises.add(new Premise.User(host.uid(), host.gid()));
        premises.add(new Premise.Bounding(host.capabilities()));
        premises.add(new Premise.Is("/proc/kcore", host.hasKcore() ? BundleFiles.Kind.OTHER : BundleFiles.Kind.MISSING));
        for (var noted : texts.noted().entrySet()) {
            var own = front.asItsOwn(noted.getKey());
            if (own.isPresent()) says(own.get(), noted.getValue());
        }
        if (host.cgroups().isPresent() && host.cgroups().get().whole()) premises.add(new Premise.Inode(host.cgroups().get().mountPoint(), INODE_OF_ROOT));
    }

    private void bundle(Premises read) {
        var config = read.config();
        var bundle = read.found().bundle();
        known &= config.hooks().isEmpty() && bundle.links().isEmpty() && bundle.places().isEmpty() && read.source().layers().size() == 1;
        premises.add(new Premise.Content(bundle.path() + "/config.json", ByteBuffer.wrap(read.file())));
        var passwd = contentIfThere("/etc/passwd");
        known &= Owner.named((int) read.found().host().uid(), passwd.map(ByteBuffer::array).orElse(new byte[0])).equals(read.found().owner());
        bundle.sources().forEach((path, kind) -> {
            known &= kind != BundleFiles.Kind.MISSING;
            premises.add(new Premise.Is(path, kind));
        });
        root(config, bundle);
    }

    private void root(Config config, BundleFiles bundle) {
        var inside = Path.of(bundle.rootfs(), "etc/passwd");
        var passwd = Files.exists(inside) ? read(inside.toString()) : Optional.<ByteBuffer>empty();
        var home = passwd.isEmpty() ? Optional.<String>empty() : BundleReader.home(text(passwd.get()), config.process().user().uid());
        known &= home.equals(bundle.home());
        premises.add(new Premise.Root(Path.of(bundle.path()).resolve(config.root().path()).toString(), bundle.rootfs(), Premises.places(config), passwd));
    }

    /** {@return which directories on the way to the container's cgroup there were, and which not} */
    static List<Premise> ofPlace(Premises read) {
        List<Premise> premises = new ArrayList<>();
        var place = read.found().place();
        if (place.isEmpty()) return premises;
        String mountPoint = read.found().host().cgroups().orElseThrow().mountPoint();
        for (var path : above(place.get())) {
            premises.add(new Premise.Is(mountPoint + path, place.get().missing().contains(path) ? BundleFiles.Kind.MISSING : BundleFiles.Kind.DIRECTORY));
        }
        return premises;
    }

    /** {@return each directory on the way to it, and itself} */
    private static List<String> above(CgroupTree.Place place) {
        List<String> paths = new ArrayList<>();
        for (int slash = place.path().indexOf('/', 1); slash > 0; slash = place.path().indexOf('/', slash + 1)) paths.add(place.path().substring(0, slash));
        paths.add(place.path());
        return paths;
    }

    /** {@return what an exec finds in /etc/passwd of its container; nothing if not the same as before, or more than is compared} */
    static Optional<ByteBuffer> passwd(ContainerRecord record, Host host, Optional<String> home, long uid) {
        int size = PasswdLook.sizes()[0];
        var look = PasswdLook.of(host, NamedProcess.of(record), size);
        var playback = TrapPlayer.play(look.tape());
        if (playback.report().isFailure()) return Optional.empty();
        byte[] passwd = playback.bytes(look.passwd());
        boolean known = passwd[size - 1] == 0 && BundleReader.home(playback.text(look.passwd()), uid).equals(home);
        return known ? Optional.of(ByteBuffer.wrap(passwd)) : Optional.empty();
    }

    private void says(String path, String text) {
        premises.add(new Premise.Content(path, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
    }

    private Optional<ByteBuffer> contentIfThere(String path) {
        if (Files.exists(Path.of(path))) return content(path);
        premises.add(new Premise.Is(path, BundleFiles.Kind.MISSING));
        return Optional.empty();
    }

    private Optional<ByteBuffer> content(String path) {
        var bytes = read(path);
        bytes.ifPresent(found -> premises.add(new Premise.Content(path, found)));
        return bytes;
    }

    private Optional<ByteBuffer> read(String path) {
        try {
            return Optional.of(ByteBuffer.wrap(BundleReader.file(Path.of(path), MOST)));
        } catch (StateException e) {
            known = false; // there is no saying what it is
            return Optional.empty();
        }
    }

    private static String text(ByteBuffer bytes) {
        return new String(bytes.array(), StandardCharsets.UTF_8);
    }
}
