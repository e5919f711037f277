package io.weir.testkit;

import java.lang.reflect.AnnotatedElement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** What {@link WeirTest} does. Without state: the servers are in JUnit's store, by class or by test. */
final class WeirTestExtension
        implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(WeirTestExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        startFor(context, context.getTestClass());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        startFor(context, context.getTestMethod());
    }

    private static void startFor(ExtensionContext context, Optional<? extends AnnotatedElement> element) {
        AnnotationSupport.findAnnotation(element, WeirTest.class)
                .ifPresent(wanted -> context.getStore(NAMESPACE).put(EmbeddedWeir.class, start(wanted)));
    }

    private static EmbeddedWeir start(WeirTest wanted) {
        EmbeddedWeir.Builder builder = EmbeddedWeir.builder();
        if (wanted.records() == WeirTest.Records.IN_TEMPORARY_DIRECTORY) {
            builder.inTemporaryDirectory();
        }
        for (WeirTest.Topic topic : wanted.topics()) {
            builder.withTopic(topic.name(), topic.partitions());
        }
        for (String setting : wanted.settings()) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new ExtensionConfigurationException("@WeirTest: a setting is key=value, not " + setting);
            }
            builder.withSetting(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return builder.start();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        stopFor(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        stopFor(context);
    }

    /** Only what was started in this very context: removing does not look at the contexts around it. */
    private static void stopFor(ExtensionContext context) {
        EmbeddedWeir weir = context.getStore(NAMESPACE).remove(EmbeddedWeir.class, EmbeddedWeir.class);
        if (weir != null) {
            weir.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == EmbeddedWeir.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        @Nullable EmbeddedWeir weir = context.getStore(NAMESPACE).get(EmbeddedWeir.class, EmbeddedWeir.class);
        if (weir == null) {
            throw new ParameterResolutionException(
                    "No Weir runs here: a constructor gets the class's, so @WeirTest belongs on the class");
        }
        return weir;
    }
}
