/** Times jrunc's commands beside a JVM that prints a line, and beside other runtimes where they are installed. */
package jrunc.bench;
