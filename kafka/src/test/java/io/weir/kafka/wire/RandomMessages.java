package io.weir.kafka.wire;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.utils.ImplicitLinkedHashCollection;
import org.jspecify.annotations.Nullable;

/** Messages of any kind with random contents, the same for the same seed. */
public final class RandomMessages {
    /** Stands for the id of {@code fuzz-topic}: whoever has such a topic puts the real one in its place. */
    public static final Uuid FUZZ_TOPIC_ID = new Uuid(0x5eed_5eed_5eed_5eedL, 0x5eed_5eed_5eed_5eedL);

    private final Random random;
    private final boolean plausible;

    /** Anything goes. */
    public RandomMessages(Random random) {
        this(random, false);
    }

    private RandomMessages(Random random, boolean plausible) {
        this.random = random;
        this.plausible = plausible;
    }

    /** Names that exist, small numbers, short waits: what gets past the first checks of whoever answers. */
    public static RandomMessages plausible(Random random) {
        return new RandomMessages(random, true);
    }

    /** A valid request's frame without its length. */
    public byte[] request(ApiKeys api, short version) {
        RequestHeader header = new RequestHeader(api, version, "fuzz", random.nextInt());
        ByteBuffer head = MessageUtil.toByteBufferAccessor(header.data(), header.headerVersion())
                .buffer();
        ByteBuffer body = body(api.messageType::newRequest, version);
        byte[] bytes = new byte[head.remaining() + body.remaining()];
        ByteBuffer.wrap(bytes).put(head).put(body);
        return bytes;
    }

    /** Fills fields until the version refuses one, then tries with fewer. */
    public ByteBuffer body(java.util.function.Supplier<ApiMessage> make, short version) {
        for (double share : new double[] {0.9, 0.7, 0.5, 0.3, 0.2, 0.1}) {
            ApiMessage message = make.get();
            try {
                fill(message, share, 0);
                return MessageUtil.toByteBufferAccessor(message, version).buffer();
            } catch (RuntimeException e) {
                // A field that this version does not have, or null where it may not be.
            }
        }
        return MessageUtil.toByteBufferAccessor(make.get(), version).buffer();
    }

    public void fill(Message message, double share, int depth) {
        List<Method> setters = Arrays.stream(message.getClass().getMethods())
                .filter(method -> method.getName().startsWith("set") && method.getParameterCount() == 1)
                .filter(method -> method.getReturnType() == message.getClass())
                .sorted(Comparator.comparing(Method::getName))
                .toList();
        for (Method setter : setters) {
            if (random.nextDouble() < share) {
                try {
                    Object value =
                            value(setter.getParameterTypes()[0], setter.getGenericParameterTypes()[0], share, depth);
                    if (plausible) {
                        value = plausible(setter.getName(), value);
                    }
                    if (value != null) {
                        setter.invoke(message, value);
                    }
                } catch (InvocationTargetException e) {
                    // Out of an unsigned field's range: leave it.
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private @Nullable Object plausible(String setter, @Nullable Object value) {
        boolean wait = setter.contains("Timeout") || setter.contains("Wait");
        return switch (value) {
            case String text when setter.contains("Group") -> "fuzz-group";
            case String text -> random.nextInt(10) < 8 ? "fuzz-topic" : text;
            case Integer number -> wait ? random.nextInt(50) : random.nextInt(10) < 8 ? number & 3 : number;
            case Long number -> random.nextInt(10) < 8 ? number & 15 : number;
            case Short number -> setter.equals("setAcks") ? (short) 1 : (short) (number & 3);
            case Uuid id when random.nextInt(10) < 8 -> FUZZ_TOPIC_ID;
            case null, default -> value;
        };
    }

    private @Nullable Object value(Class<?> type, Type generic, double share, int depth)
            throws ReflectiveOperationException {
        if (type == boolean.class) {
            return random.nextBoolean();
        } else if (type == byte.class) {
            return (byte) random.nextInt();
        } else if (type == short.class) {
            return (short) random.nextInt();
        } else if (type == int.class) {
            return random.nextInt();
        } else if (type == long.class) {
            return random.nextLong();
        } else if (type == double.class) {
            return random.nextDouble();
        } else if (type == String.class) {
            return "s".repeat(random.nextInt(20));
        } else if (type == byte[].class) {
            return bytes();
        } else if (type == ByteBuffer.class) {
            return ByteBuffer.wrap(bytes());
        } else if (type == Uuid.class) {
            return new Uuid(random.nextLong(), random.nextLong());
        } else if (type == BaseRecords.class) {
            return MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(random.nextLong(1L << 40), bytes()));
        } else if (ImplicitLinkedHashCollection.class.isAssignableFrom(type)) {
            Type superType = type.getGenericSuperclass();
            @SuppressWarnings("unchecked")
            Collection<Object> collection =
                    (Collection<Object>) type.getDeclaredConstructor().newInstance();
            collection.addAll(elements(((ParameterizedType) superType).getActualTypeArguments()[0], share, depth));
            return collection;
        } else if (type == List.class) {
            return elements(((ParameterizedType) generic).getActualTypeArguments()[0], share, depth);
        } else if (Message.class.isAssignableFrom(type)) {
            Message message = (Message) type.getDeclaredConstructor().newInstance();
            fill(message, share, depth + 1);
            return message;
        }
        return null;
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(64)];
        random.nextBytes(bytes);
        return bytes;
    }

    private List<Object> elements(Type of, double share, int depth) throws ReflectiveOperationException {
        List<Object> elements = new ArrayList<>();
        Class<?> type = (Class<?>) of;
        int count = depth > 3 ? 0 : random.nextInt(4);
        for (int i = 0; i < count; i++) {
            Object element = type == Integer.class
                    ? (Object) random.nextInt()
                    : type == Long.class
                            ? random.nextLong()
                            : type == Short.class ? (short) random.nextInt() : value(type, type, share, depth + 1);
            if (element != null) {
                elements.add(element);
            }
        }
        return elements;
    }
}
