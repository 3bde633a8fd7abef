package dev.tradewind.operate.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.jul.LevelChangePropagator;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import dev.tradewind.operate.LogSettings;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Sets the log up. logback finds this class by its service file, so that lines are the same from the first one on; {@link #apply} then
 * obeys the settings.
 */
public final class Logging extends ContextAwareBase implements Configurator {
    private static final String APPENDER = "stderr";

    /** Made by logback. */
    public Logging() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        FactEncoder encoder = new FactEncoder();
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setName(APPENDER);
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(appender);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Obeys the settings and takes java.util.logging over. Called once, by whoever starts the program. */
    public static void apply(LogSettings settings) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(settings.level().name()));
        if (root.getAppender(APPENDER) instanceof ConsoleAppender<ILoggingEvent> appender
                && appender.getEncoder() instanceof FactEncoder encoder) {
            encoder.json(settings.format() == LogSettings.Format.JSON);
        }
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        // So that java.util.logging drops what would not be written before it is bridged, which is expensive.
        LevelChangePropagator propagator = new LevelChangePropagator();
        propagator.setContext(context);
        propagator.setResetJUL(true);
        propagator.start();
        context.addListener(propagator);
    }
}
