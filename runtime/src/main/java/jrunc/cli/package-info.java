/**
 * argv in, a {@link jrunc.plan.Command} out; an outcome in, one line on stderr, one record in the log and an exit code out.
 * One table of flags ({@link jrunc.cli.Option}) and one of commands ({@link jrunc.cli.Verb}) serve parsing and help alike.
 *
 * <p>What a successful {@code state} or {@code create} runs through here uses no lambda, stream, regular expression, format
 * string or switch over types: each costs a fresh JVM milliseconds.
 */
package jrunc.cli;
