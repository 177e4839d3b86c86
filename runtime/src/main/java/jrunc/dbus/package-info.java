/**
 * <a href="https://dbus.freedesktop.org/doc/dbus-specification.html">D-Bus</a> as bytes: what is said to a bus and what it answers.
 * {@link jrunc.dbus.Message} is a message, {@link jrunc.dbus.Marshal} and {@link jrunc.dbus.Unmarshal} are its wire format,
 * {@link jrunc.dbus.Inbox} finds messages in a stream. Nothing here opens a socket: messages go and come on tapes.
 */
package jrunc.dbus;
