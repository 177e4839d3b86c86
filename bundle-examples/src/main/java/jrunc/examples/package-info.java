/** Makes the root filesystems of the example bundles, from nothing or from what this machine has. */
package jrunc.examples;
