package jrunc.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jrunc.dbus.Message;
import jrunc.host.HostReader;
import jrunc.linux.FailureCode;
import jrunc.linux.JruncException;
import jrunc.machine.Player;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The conversation with systemd, against one that goes wrong as a test wants it to. */
class SystemdTest {
    private static final String UNIT = "jrunc-x.scope";
    private static final Player PLAYER = new Player();

    @TempDir Path directory;
    private FakeSystemd fake;

    @BeforeEach void listen() throws IOException {
        fake = new FakeSystemd(directory.resolve("bus"), null);
    }

    @AfterEach void close() throws IOException {
        fake.close();
    }

    private Systemd connect() {
        return Systemd.connect(HostReader.read(), PLAYER, fake.caller(), UNIT);
    }

    private static Message start(long serial) {
        return Message.call(serial, "org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager", "StartTransientUnit", "ssa(sv)a(sa(sv))",
                UNIT, "replace", List.of(), List.of());
    }

    private JruncException failure(Runnable command) {
        var failure = Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertThrows(JruncException.class, command::run));
        assertEquals(FailureCode.SYSTEMD, failure.diagnosis().code());
        return failure;
    }

    @Test void a_unit_starts_once_its_job_is_done_and_nothing_more_is_asked() {
        var systemd = connect();
        assertEquals(252, systemd.manager().version());
        assertEquals("", systemd.manager().cgroup());
        systemd.start(SystemdTest::start);
        systemd.close();
        assertEquals(List.of("Hello", "AddMatch", "Get", "Get", "StartTransientUnit " + UNIT), fake.asked);
    }

    @Test void a_unit_that_exists_is_forgotten_and_asked_for_once_more() {
        fake.existing = 1;
        connect().start(SystemdTest::start);
        assertEquals(List.of("StartTransientUnit " + UNIT, "ResetFailedUnit " + UNIT, "StartTransientUnit " + UNIT), fake.asked.subList(4, 7));
    }

    @Test void a_unit_that_still_exists_is_an_error() {
        fake.existing = 2;
        assertEquals("start the unit jrunc-x.scope: Unit jrunc-x.scope already exists", failure(() -> connect().start(SystemdTest::start)).getMessage());
    }

    @Test void a_job_that_is_not_done_is_an_error_and_forgotten() {
        fake.result = "failed";
        var failure = failure(() -> connect().start(SystemdTest::start));
        assertTrue(failure.getMessage().startsWith("start the unit jrunc-x.scope: systemd says \"failed\"; "), failure.getMessage());
        assertEquals("ResetFailedUnit " + UNIT, fake.asked.getLast());
    }

    @Test void what_systemd_refuses_is_said_in_its_words() {
        fake.refuses = "StartTransientUnit";
        assertEquals("start the unit jrunc-x.scope: Access denied", failure(() -> connect().start(SystemdTest::start)).getMessage());
    }

    @Test void a_bus_that_hangs_up_is_an_error_at_once() {
        fake.hangsUpAt = "StartTransientUnit";
        assertEquals("start the unit jrunc-x.scope: the bus has closed the connection", failure(() -> connect().start(SystemdTest::start)).getMessage());
    }

    @Test void a_bus_that_lets_nobody_in_says_so() {
        fake.believes = "REJECTED ANONYMOUS";
        assertEquals("say to the bus who one is: it answered REJECTED ANONYMOUS", failure(this::connect).getMessage());
    }

    @Test void without_a_bus_the_message_says_what_is_needed() throws IOException {
        fake.close();
        var message = failure(this::connect).getMessage();
        assertTrue(message.startsWith("connect to " + directory.resolve("bus") + ": ECONNREFUSED (Connection refused); --systemd-cgroup needs "), message);
    }

    @Test void a_unit_that_is_not_there_has_stopped() {
        connect().stop();
        assertEquals(List.of("StopUnit " + UNIT, "ResetFailedUnit " + UNIT), fake.asked.subList(4, 6));
    }

    @Test void a_systemd_that_does_not_answer_is_given_up() {
        fake.ignores = "StartTransientUnit";
        var systemd = connect();
        systemd.patience = 300_000_000;
        assertEquals("start the unit jrunc-x.scope: ETIMEDOUT (Connection timed out); systemd has not answered within 0 s",
                failure(() -> systemd.start(SystemdTest::start)).getMessage());
    }
}
