package io.millrace.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the constructor and the methods of a test class a {@link KafkaCluster} parameter. The environment variable
 * {@code MILLRACE_TEST_KAFKA} says which: nothing or {@code local} for a local broker, {@code testcontainers}, or
 * {@code host:port} for a cluster that is there.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(KafkaExtension.class)
public @interface KafkaTest {
    /** How many brokers: 1 or 3. */
    int nodes() default 1;

    /**
     * Whether all such test classes of the JVM share one cluster, and its topics. A class that cannot live with what others left has
     * one of its own.
     */
    boolean shared() default true;

    /** Whether the class kills brokers; then it has a cluster of its own, which notices their deaths soon. */
    boolean killsBrokers() default false;
}
