package io.weir.server.command;

import io.weir.server.NodeStarter;
import io.weir.server.StoreOpener;
import java.io.InputStream;
import java.io.PrintWriter;
import org.apache.kafka.common.utils.Time;

/**
 * What a command may touch of the world.
 *
 * @param out for results
 * @param err for errors and remarks
 */
public record CommandContext(
        PrintWriter out,
        PrintWriter err,
        InputStream in,
        Clients clients,
        NodeStarter starter,
        StoreOpener stores,
        Time time) {}
