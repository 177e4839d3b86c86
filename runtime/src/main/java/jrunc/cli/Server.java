package jrunc.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import jrunc.kernel.Children;
import jrunc.kernel.FrontLine;
import jrunc.kernel.FrontPipe;
import jrunc.kernel.FrontSocket;
import jrunc.kernel.Listener;
import jrunc.lifecycle.Caller;
import jrunc.lifecycle.Forms;
import jrunc.lifecycle.FrontProcess;
import jrunc.lifecycle.KeptForms;
import jrunc.lifecycle.LocalOperations;
import jrunc.lifecycle.Output;
import jrunc.lifecycle.ThisProcess;
import jrunc.linux.Arch;
import jrunc.linux.StateException;
import jrunc.machine.Player;
import jrunc.plan.BecomeServer;
import jrunc.plan.FrontServed;
import jrunc.plan.Outlet;
import jrunc.tape.Tape;
import jrunc.tape.TapeException;

/**
 * {@code jrunc serve}: a JVM that stays, and records for every front that connects what a JVM of its own would have recorded. It holds no
 * state and changes nothing: the front plays, in its own process, with its own stdio. If the server ends, be it in the middle, a
 * front goes the plain way.
 */
final class Server {
    /** What a server's JVM is started with, beside its heap: it lives long, in little memory. */
    private static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-XX:NewRatio=4", "-XX:CompileThresholdScaling=0.3", "-Xss512k", "-XX:-UsePerfData", "-XX:+DisableAttachMechanism",
            "-XX:-UseContainerSupport", "-XX:-CreateCoredumpOnCrash", "-XX:+DisplayVMOutputToStderr", "-Xlog:disable", "--enable-native-access=jrunc");
    private static final long MILLISECOND = 1_000_000;
    private static final int FIRST_INHERITED = 3;
    private static final long KIB = 1024;

    private final Path home = Path.of(System.getProperty("java.home"));
    private final Request.Serve request;
    private final Caller caller;
    private final Output out;
    private FrontProcess.Place place;
    private Forms forms;
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger plain = new AtomicInteger();

    /** @param out where it says at its end what it was good for, and what it took */
    Server(Request.Serve request, Caller caller, Output out) {
        this.out = out;
        this.request = request;
        this.caller = caller;
    }

    /** Serves until nobody has asked for so long; {@return the exit code} */
    int run(String[] argv) {
        if (FrontPipe.exists()) throw become(argv);
        Children.reap(); // the JVM that had this process become a server was its child
        place = new FrontProcess.Place(home.resolve("bin/jrunc"));
        var listener = listener();
        forms = forms(); // of the only server here
        serve(listener);
        System.exit(0); // what is to be done at the end is
        return 0;
    }

    /** The front becomes the server's JVM; {@return why it could not} */
    private TapeException become(String[] argv) {
        List<String> arguments = new ArrayList<>(List.of("java"));
        arguments.addAll(FLAGS);
        arguments.add("-Xmx" + request.maxMemory());
        arguments.add("-XX:AOTCache=" + home.resolve("lib/jrunc.aot"));
        arguments.add("-D" + ThisProcess.DIRECTORY + "=" + caller.directory());
        arguments.addAll(List.of("-m", "jrunc/jrunc.cli.Main"));
        arguments.addAll(Arrays.asList(argv));
        List<String> environment = new ArrayList<>();
        System.getenv().forEach((name, value) -> environment.add(name + "=" + value));
        var tape = BecomeServer.of(Arch.host(), home.resolve("lib/java").toString(), arguments, environment);
        return new TapeException(tape, new Player(caller.front()).playLast(tape).report());
    }

    /** As systemd hands a socket over: sd_listen_fds(3). */
    private boolean isActivated() {
        return caller.variable("LISTEN_FDS").equals(Optional.of("1"))
                && caller.variable("LISTEN_PID").equals(Optional.of(Long.toString(ProcessHandle.current().pid())));
    }

    private Listener listener() {
        if (isActivated()) return Listener.inherited(FIRST_INHERITED);
        var socket = Path.of(socket());
        try {
            var own = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
            if (!Files.exists(socket.getParent())) Files.createDirectories(socket.getParent(), own);
        } catch (IOException e) {
            throw new StateException("make the directory " + socket.getParent() + ": " + e.getMessage(), e);
        }
        var bound = new AtomicBoolean();
        atEnd(() -> {
            if (bound.get()) Files.deleteIfExists(socket);
        });
        return Listener.at(socket.toString(), bound);
    }

    /** Root's fronts find them in files. */
    private Forms forms() {
        if (caller.uid() != 0) return new Forms();
        var kept = new KeptForms(Path.of(FrontServed.FORMS), out::print);
        atEnd(kept::close);
        try {
            kept.open();
            return new Forms(kept);
        } catch (IOException e) {
            throw new StateException("make the directory " + FrontServed.FORMS + ": " + e.getMessage(), e);
        }
    }

    /** {@return where the fronts of this user look} */
    private String socket() {
        if (caller.uid() == 0) return FrontServed.SERVER;
        var own = caller.variable("XDG_RUNTIME_DIR");
        if (own.isEmpty()) throw new StateException("serve: XDG_RUNTIME_DIR is not set, below which the fronts of user " + caller.uid() + " look for a server");
        return AbsolutePath.of(caller.directory(), own.get() + FrontServed.USERS_SERVER);
    }

    private void serve(Listener listener) {
        atEnd(() -> out.print(report()));
        daemon(new WarmUp(home.resolve("lib/warm-up"), place, busy)).start();
        var threads = Executors.newCachedThreadPool(Server::daemon);
        var ended = new CompletableFuture<Void>();
        threads.execute(() -> lookOut(listener, threads, ended));
        try {
            ended.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) throw error;
            throw (RuntimeException) e.getCause();
        }
    }

    /** Who sees a front serves it, and somebody else looks out for the next: no front waits until one thread has woken another. */
    private void lookOut(Listener listener, ExecutorService threads, CompletableFuture<Void> ended) {
        FrontSocket front;
        try {
            while (!listener.await(request.idle() / MILLISECOND)) {
                if (busy.get() > 0 || forms.areOfUse(Instant.now().minusNanos(request.idle()))) continue;
                ended.complete(null);
                return;
            }
            front = listener.accept();
            busy.incrementAndGet();
            threads.execute(() -> lookOut(listener, threads, ended));
        } catch (RuntimeException | Error e) {
            ended.completeExceptionally(e); // nobody looks out any more
            return;
        }
        serve(front); // what goes wrong here is this front's only
    }

    private String report() {
        return "served " + served.get() + " commands, " + plain.get() + " were sent the plain way; " + forms.filledIn() + " were filled in; "
                + ThisProcess.resident() / KIB + " KiB resident\n";
    }

    /** Something to do when the server ends, be it by a signal. */
    private interface Last {
        void act() throws IOException;
    }

    private static void atEnd(Last last) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                last.act();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }));
    }

    private static Thread daemon(Runnable work) {
        var thread = new Thread(work, "front");
        thread.setDaemon(true);
        return thread;
    }

    private void serve(FrontSocket front) {
        try (front) {
            int code = answer(front);
            (code == FrontLine.PLAIN ? plain : served).incrementAndGet();
            front.end(code);
        } finally {
            busy.decrementAndGet();
        }
    }

    /** {@return the exit code for the front} */
    private int answer(FrontSocket front) {
        try {
            var process = FrontProcess.of(front, place);
            if (process.isEmpty()) return FrontLine.PLAIN;
            var main = new Main(process.get(), new Outflow(process.get(), 1), new Outflow(process.get(), 2), (global, of, to, warnings) -> new LocalOperations(global, of, to, warnings, forms),
                    (path, bytes) -> play(process.get(), Outlet.append(Arch.host(), path, bytes)));
            return main.served(process.get().arguments());
        } catch (VirtualMachineError e) {
            return FrontLine.PLAIN; // too much for so little memory
        }
    }

    /** A descriptor of the front's. */
    private static final class Outflow extends OutputStream {
        private final Caller caller;
        private final int descriptor;

        Outflow(Caller caller, int descriptor) {
            this.caller = caller;
            this.descriptor = descriptor;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            play(caller, Outlet.write(Arch.host(), descriptor, Arrays.copyOfRange(bytes, from, from + length)));
        }
    }

    /** A front that is gone is as a pipe that nobody reads any more. */
    private static void play(Caller caller, Tape tape) throws IOException {
        try {
            var report = new Player(caller.front()).look(tape).report();
            if (report.isFailure()) throw new IOException(tape.words(report));
        } catch (StateException gone) {
            throw new IOException(gone.getMessage(), gone);
        }
    }
}
