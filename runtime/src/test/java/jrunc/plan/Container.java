package jrunc.plan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.host.CgroupTree;
import jrunc.host.Host;
import jrunc.tape.Tape;

/** A container to be planned: both of its tapes can be had. */
record Container(String name, Config config, Host host, Command.Create command) {
    /** A good config and the example's command. */
    static Container of(String name, Config config) {
        return new Container(name, config, Example.host(config), Example.command(config));
    }

    /** {@return every good config that this jrunc does not refuse} */
    static List<Container> good() {
        List<Container> all = new ArrayList<>();
        try {
            for (var file : Example.goodConfigs()) {
                var container = of(file.getFileName().toString(), Example.config(file));
                if (!container.isRefused()) all.add(container);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    boolean isRefused() {
        return !Refusals.of(config, host, Example.GLOBAL, command).isEmpty();
    }

    /** {@return what the container's process plays} */
    Tape inside() {
        Optional<String> layer = command.overlay() ? Optional.of("/run/jrunc/example/overlay") : Optional.empty();
        return SetUp.of(config, host, Example.bundle(), RootSource.of(config, Example.bundle().rootfs(), layer), command);
    }

    /** {@return what the runtime plays} */
    Tape outside() {
        return recorded().tape();
    }

    Create.Recorded recorded() {
        boolean scoped = host.asked().systemd().isPresent();
        var place = host.cgroups().map(tree -> scoped ? Scope.of(config, command.id(), host).containerCgroup(host.asked().systemd().get()) : Cgroups.path(config, command.id(), tree)).map(path -> new CgroupTree.Place(path, List.of(path)));
        var record = Example.record(place.map(CgroupTree.Place::path).orElse(""), host);
        return Create.of(Example.GLOBAL, config, host, place, command, record, new byte[100], new byte[] {'{', '}'}, Example.page(record));
    }

    /** {@return the name: jqwik shows it, and a seed is all that it takes to have the same again} */
    @Override public String toString() {
        return name;
    }
}
