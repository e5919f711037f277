package io.weir.kafka.node;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/**
 * Who a forwarded request comes from, as the node knew it that the client is connected to. The client id travels in its usual
 * place in the header. Immutable.
 *
 * <p>As bytes: the principal's type and name, a byte that is 1 when a delegation token proved it, the client's
 * address (a byte of length, 4 or 16 bytes) and port (4 bytes, -1 for none), connection id, listener, security protocol (2
 * bytes), name and version of the client's software. Texts are UTF-8 after two bytes of length; whatever follows is skipped.
 */
public record Origin(
        KafkaPrincipal principal,
        InetAddress clientAddress,
        Optional<Integer> clientPort,
        String connectionId,
        ListenerName listener,
        SecurityProtocol securityProtocol,
        ClientInformation software) {
    private static final int NO_PORT = -1;

    /** Whom a request comes from that this node was asked itself. */
    public static Origin of(RequestContext context) {
        return new Origin(
                context.principal,
                context.clientAddress,
                context.clientPort,
                context.connectionId,
                context.listenerName,
                context.securityProtocol,
                context.clientInformation);
    }

    /** The context of a request that has this origin. */
    public RequestContext context(RequestHeader header) {
        return new RequestContext(
                header, connectionId, clientAddress, clientPort, principal, listener, securityProtocol, software, true);
    }

    /** @throws InvalidRequestException when a text is longer than 32,767 bytes */
    byte[] toBytes() {
        byte[] address = clientAddress.getAddress();
        byte[][] texts = {
            bytes(principal.getPrincipalType()),
            bytes(principal.getName()),
            bytes(connectionId),
            bytes(listener.value()),
            bytes(software.softwareName()),
            bytes(software.softwareVersion())
        };
        int size = 1 + 1 + address.length + Integer.BYTES + Short.BYTES;
        for (byte[] text : texts) {
            size += Short.BYTES + text.length;
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        put(out, texts[0]);
        put(out, texts[1]);
        out.put((byte) (principal.tokenAuthenticated() ? 1 : 0));
        out.put((byte) address.length).put(address).putInt(clientPort.orElse(NO_PORT));
        put(out, texts[2]);
        put(out, texts[3]);
        out.putShort(securityProtocol.id);
        put(out, texts[4]);
        put(out, texts[5]);
        return out.array();
    }

    /** @throws InvalidRequestException when the bytes are no origin */
    static Origin of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            String type = text(in);
            String name = text(in);
            KafkaPrincipal principal = new KafkaPrincipal(type, name, in.get() == 1);
            InetAddress address = InetAddress.getByAddress(take(in, in.get()));
            int port = in.getInt();
            String connectionId = text(in);
            ListenerName listener = new ListenerName(text(in));
            SecurityProtocol protocol = SecurityProtocol.forId(in.getShort());
            if (protocol == null) {
                throw new InvalidRequestException("a security protocol that does not exist");
            }
            return new Origin(
                    principal,
                    address,
                    port == NO_PORT ? Optional.empty() : Optional.of(port),
                    connectionId,
                    listener,
                    protocol,
                    new ClientInformation(text(in), text(in)));
        } catch (BufferUnderflowException | UnknownHostException e) {
            throw new InvalidRequestException("the origin of a forwarded request cannot be read", e);
        }
    }

    private static byte[] bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > Short.MAX_VALUE) {
            throw new InvalidRequestException("principal, connection, listener or software of " + bytes.length
                    + " bytes; at most " + Short.MAX_VALUE + " can be passed on to another node");
        }
        return bytes;
    }

    private static void put(ByteBuffer out, byte[] text) {
        out.putShort((short) text.length).put(text);
    }

    private static String text(ByteBuffer in) {
        return new String(take(in, in.getShort()), StandardCharsets.UTF_8);
    }

    private static byte[] take(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
