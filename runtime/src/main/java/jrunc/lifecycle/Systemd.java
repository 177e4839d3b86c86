package jrunc.lifecycle;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.dbus.Address;
import jrunc.dbus.Inbox;
import jrunc.dbus.Message;
import jrunc.dbus.Message.Kind;
import jrunc.dbus.Variant;
import jrunc.host.Host;
import jrunc.host.ServiceManager;
import jrunc.linux.FailureCode;
import jrunc.linux.StateException;
import jrunc.machine.Player;
import jrunc.plan.Bus;
import jrunc.plan.Cgroups;
import jrunc.plan.SystemdCalls;

/**
 * A conversation with systemd about one unit: the machine's systemd over the system bus, or an ordinary user's own over the user's bus.
 * What is said and heard is played by tapes, as everything is; the socket stays open between them.
 */
final class Systemd {
    private static final String SYSTEM_BUS = "unix:path=/run/dbus/system_bus_socket";

    private final Host host;
    private final Player player;
    private final String unit;
    private final Inbox inbox = new Inbox();
    private final List<Message> heard = new ArrayList<>();
    private long socket;
    private long serial;
    private ServiceManager manager;
    /** How long systemd may take for one wish, in nanoseconds: as runc has it. */
    long patience = 30_000_000_000L;

    private Systemd(Host host, Player player, String unit) {
        this.host = host;
        this.player = player;
        this.unit = unit;
    }

    /** Connects, and asks what every plan needs to know; {@return the conversation} */
    static Systemd connect(Host host, Player player, Caller caller, String unit) {
        var systemd = new Systemd(host, player, unit);
        systemd.greet(address(host, caller));
        return systemd;
    }

    /** {@return what systemd would have to be if nobody may ask it} */
    static ServiceManager assumed(Host host) {
        boolean user = Cgroups.mayLackRight(host);
        String cgroup = user ? "/user.slice/user-" + host.uid() + ".slice/user@" + host.uid() + ".service" : "";
        return ServiceManager.here(ServiceManager.NEWEST, cgroup);
    }

    /** {@return where the bus listens} */
    static Address address(Host host, Caller caller) {
        boolean user = Cgroups.mayLackRight(host);
        Optional<String> given = caller.variable(user ? "DBUS_SESSION_BUS_ADDRESS" : "DBUS_SYSTEM_BUS_ADDRESS");
        if (user && given.isEmpty()) given = caller.variable("XDG_RUNTIME_DIR").map(directory -> "unix:path=" + directory + "/bus");
        if (user && given.isEmpty()) throw new StateException(FailureCode.SYSTEMD, "--systemd-cgroup: an ordinary user's systemd is reached by DBUS_SESSION_BUS_ADDRESS or "
                + "XDG_RUNTIME_DIR, and neither is set; log in, or set XDG_RUNTIME_DIR=/run/user/" + host.uid());
        var address = Address.parse(given.orElse(SYSTEM_BUS));
        if (address == null || !address.fits()) throw new StateException(FailureCode.SYSTEMD, "--systemd-cgroup: no Unix socket in the bus address \"" + given.orElse("") + "\"");
        return address;
    }

    /** {@return what systemd has said about itself} */
    ServiceManager manager() {
        return manager;
    }

    private void greet(Address address) {
        long hello = ++serial;
        long watch = ++serial;
        long version = ++serial;
        long cgroup = ++serial;
        var first = List.of(SystemdCalls.hello(hello), SystemdCalls.watch(watch, unit), SystemdCalls.ask(version, "Version"), SystemdCalls.ask(cgroup, "ControlGroup"));
        var connecting = Bus.connect(host, address, "ask systemd for its version", first);
        var playback = player.play(connecting.tape());
        if (playback.report().isFailure()) throw new StateException(FailureCode.SYSTEMD, connecting.tape().words(playback.report()) + hint());
        socket = playback.value(connecting.socket());
        long until = System.nanoTime() + patience;
        authenticate(until);
        String what = "ask systemd for its version";
        require(reply(hello, what, until), "say hello to the bus");
        require(reply(watch, what, until), "ask the bus for news of " + unit);
        String said = require(reply(version, what, until), what).property();
        String under = require(reply(cgroup, what, until), what).property();
        manager = ServiceManager.here(ServiceManager.number(said), under.equals("/") ? "" : under);
    }

    private String hint() {
        return Cgroups.mayLackRight(host)
                ? "; --systemd-cgroup needs the user's own systemd, which a login starts, or \"loginctl enable-linger\"; leave it away to use cgroupfs"
                : "; --systemd-cgroup needs a machine that systemd runs, and dbus; leave it away to use cgroupfs";
    }

    /** DATA asks who one is, OK believes it. */
    private void authenticate(long until) {
        while (true) {
            String line = inbox.line();
            if (line == null) hear("wait for the bus", until);
            else if (line.startsWith("OK")) return;
            else if (!line.startsWith("DATA")) throw new StateException(FailureCode.SYSTEMD, "say to the bus who one is: it answered " + line);
        }
    }

    /** Starts a unit, and waits until it has started. One that has failed before is forgotten first. */
    void start(Starting call) {
        String what = "start the unit " + unit;
        long until = System.nanoTime() + patience;
        long asked = say(what, call.message(++serial));
        var reply = reply(asked, what, until);
        if (reply.error().equals(SystemdCalls.UNIT_EXISTS)) {
            reset(until);
            asked = say(what, call.message(++serial));
            reply = reply(asked, what, until);
        }
        String result = ended(require(reply, what).text(0), what, until);
        if (result.equals(SystemdCalls.DONE)) return;
        reset(until);
        throw new StateException(FailureCode.SYSTEMD, what + ": systemd says \"" + result + "\"; \"journalctl -u " + unit + "\" may know more");
    }

    /** The wish for a unit, with a serial of its own each time. */
    interface Starting {
        Message message(long serial);
    }

    /** Stops the unit and has systemd forget it. One that is not there is no failure: a scope goes when its last process does. */
    void stop() {
        String what = "stop the unit " + unit;
        long until = System.nanoTime() + patience;
        var reply = reply(say(what, SystemdCalls.stop(++serial, unit)), what, until);
        if (!reply.error().equals(SystemdCalls.NO_SUCH_UNIT)) ended(require(reply, what).text(0), what, until);
        reset(until);
    }

    /** {@return the properties of these names as they are} */
    List<List<?>> read(List<String> names) {
        String what = "ask for the limits of the unit " + unit;
        long until = System.nanoTime() + patience;
        String object = require(reply(say(what, SystemdCalls.find(++serial, unit)), what, until), what).text(0);
        List<Message> questions = new ArrayList<>();
        for (var name : names) questions.add(SystemdCalls.ask(++serial, object, name));
        player.played(Bus.say(host, socket, what, questions));
        List<List<?>> read = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            var value = (Variant) require(reply(questions.get(i).serial(), what, until), what).body().getFirst();
            boolean adds = value.value() instanceof List<?>; // what is said of a list is added to it, unless it is emptied first
            if (adds) read.add(List.of(names.get(i), new Variant(value.signature(), List.of())));
            read.add(List.of(names.get(i), value));
        }
        return read;
    }

    /** Moves a process to the unit's cgroup, or to one below it, which begins with a slash. */
    void attach(String below, long pid) {
        String what = "move process " + pid + " to the unit " + unit;
        require(reply(say(what, SystemdCalls.attach(++serial, unit, below, pid)), what, System.nanoTime() + patience), what);
    }

    /** Gives the unit these properties. */
    void set(List<List<?>> properties) {
        String what = "change the limits of the unit " + unit;
        require(reply(say(what, SystemdCalls.set(++serial, unit, properties)), what, System.nanoTime() + patience), what);
    }

    private void reset(long until) {
        String what = "have systemd forget that " + unit + " has failed";
        reply(say(what, SystemdCalls.reset(++serial, unit)), what, until); // it may have gone by itself
    }

    /** Ends the conversation. */
    void close() {
        player.play(Bus.close(host, socket));
    }

    private long say(String what, Message message) {
        var tape = Bus.say(host, socket, what, List.of(message));
        var report = player.play(tape).report();
        if (report.isFailure()) throw new StateException(FailureCode.SYSTEMD, tape.words(report));
        return message.serial();
    }

    private static Message require(Message reply, String what) {
        if (reply.kind() != Kind.ERROR) return reply;
        String why = reply.text(0).isEmpty() ? reply.error() : reply.text(0);
        throw new StateException(FailureCode.SYSTEMD, what + ": " + (why.endsWith(".") ? why.substring(0, why.length() - 1) : why));
    }

    private Message reply(long to, String what, long until) {
        while (true) {
            for (int i = 0; i < heard.size(); i++) {
                var message = heard.get(i);
                boolean answers = message.kind() == Kind.REPLY || message.kind() == Kind.ERROR;
                if (answers && message.replyTo() == to) return heard.remove(i);
            }
            next(what, until);
        }
    }

    /** {@return how the job ended} The news may have come before the reply that names the job. */
    private String ended(String job, String what, long until) {
        while (true) {
            for (int i = 0; i < heard.size(); i++) {
                var message = heard.get(i);
                boolean news = message.kind() == Kind.SIGNAL && message.member().equals(SystemdCalls.JOB_REMOVED);
                if (news && message.text(1).equals(job)) return heard.remove(i).text(3);
            }
            next(what, until);
        }
    }

    private void next(String what, long until) {
        var message = inbox.message();
        if (message == null) hear(what, until);
        else heard.add(message);
    }

    private void hear(String what, long until) {
        long left = Math.max(0, (until - System.nanoTime()) / 1_000_000);
        var listening = Bus.listen(host, socket, what, left);
        var playback = player.play(listening.tape());
        if (playback.report().isFailure()) throw new StateException(FailureCode.SYSTEMD, listening.tape().words(playback.report()) + "; systemd has not answered within " + patience / 1_000_000_000 + " s");
        int count = (int) playback.value(listening.count());
        if (count == 0) throw new StateException(FailureCode.SYSTEMD, what + ": the bus has closed the connection");
        inbox.add(playback.bytes(listening.bytes()), count);
    }
}
