package io.millrace.testing;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Starts the cluster of {@link KafkaTest} when a test first asks for it; JUnit closes it with the store that holds it. */
public final class KafkaExtension implements ParameterResolver, ExecutionCondition {
    private static final Namespace NAMESPACE = Namespace.create(KafkaExtension.class);

    /** Skips a class whose cluster the chosen kind cannot be; a parameter that cannot be resolved would fail it instead. */
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return context.getTestClass()
                .flatMap(test -> AnnotationSupport.findAnnotation(test, KafkaTest.class))
                .flatMap(wanted -> KafkaCluster.obstacle(wanted.nodes()))
                .map(ConditionEvaluationResult::disabled)
                .orElseGet(() -> ConditionEvaluationResult.enabled("such a cluster can be had"));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == KafkaCluster.class;
    }

    @Override
    public KafkaCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> test = context.getRequiredTestClass();
        KafkaTest wanted = AnnotationSupport.findAnnotation(test, KafkaTest.class)
                .orElseThrow(() -> new IllegalStateException(test + " has no @KafkaTest"));
        String key = wanted.nodes() + " nodes" + (isShared(wanted) ? "" : " for " + test.getName());
        return store(context, wanted)
                .getOrComputeIfAbsent(
                        key, absent -> KafkaCluster.start(wanted.nodes(), wanted.killsBrokers()), KafkaCluster.class);
    }

    /** A shared cluster lives as long as the JVM's tests, another as long as its class. */
    private static Store store(ExtensionContext context, KafkaTest wanted) {
        ExtensionContext holder = context.getRoot();
        if (!isShared(wanted)) {
            holder = context;
            while (holder.getTestMethod().isPresent()) {
                holder = holder.getParent().orElseThrow();
            }
        }
        return holder.getStore(NAMESPACE);
    }

    private static boolean isShared(KafkaTest wanted) {
        return wanted.shared() && !wanted.killsBrokers();
    }
}
