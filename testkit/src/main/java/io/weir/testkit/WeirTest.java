package io.weir.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs tests with an embedded Weir, for JUnit 5.10 or later, and 6. On a class: one server for all its tests, nested
 * classes included. On a test method: one of its own. Constructors, tests and life cycle methods get it as a parameter
 * of type {@link EmbeddedWeir}.
 *
 * <pre>{@code
 * @WeirTest(topics = @WeirTest.Topic(name = "orders", partitions = 6))
 * class OrdersTest {
 *     @Test
 *     void arrive(EmbeddedWeir weir) { ... weir.bootstrapServers() ... }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(WeirTestExtension.class)
public @interface WeirTest {
    /** Where records are kept. */
    Records records() default Records.IN_MEMORY;

    /** Topics that are there from the start. */
    Topic[] topics() default {};

    /** Settings, each {@code key=value}, as in a settings file. */
    String[] settings() default {};

    /** Where records are kept. */
    enum Records {
        /** In this process. */
        IN_MEMORY,
        /** In local files, as in production, in a temporary directory that goes with the server. */
        IN_TEMPORARY_DIRECTORY
    }

    /** A topic. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target({})
    @interface Topic {
        /** Its name. */
        String name();

        /** How many partitions it has. */
        int partitions() default 1;
    }
}
