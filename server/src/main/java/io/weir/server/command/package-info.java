/**
 * The command line. One class a command; each computes what it has to say, then prints it for people or, with
 * {@code --json}, as a document whose shape {@code docs/command-line.md} gives. Exit codes: 0 done, 1 failed, 2 wrongly
 * called. One thread, which blocks. Commands talk to a cluster as any client does, in Kafka's protocol; only states and
 * health come from a node's HTTP listener.
 */
@NullMarked
package io.weir.server.command;

import org.jspecify.annotations.NullMarked;
