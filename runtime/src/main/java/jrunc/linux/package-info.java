/**
 * What Linux calls things: system-call numbers, errnos, flags, capabilities, signals. Tables that cannot act: nothing
 * here makes a call, and nothing here knows what a container is.
 */
package jrunc.linux;
