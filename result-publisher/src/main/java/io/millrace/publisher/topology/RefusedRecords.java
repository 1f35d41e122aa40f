package io.millrace.publisher.topology;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.util.Map;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler;
import org.apache.kafka.streams.errors.LogAndFailProcessingExceptionHandler;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Sends a record that the rules refuse to the dead letters and goes on. Anything else that goes wrong, for example in a
 * store, stops the task instead, because skipping would lose the record.
 */
public final class RefusedRecords implements ProcessingExceptionHandler {
    private final ProcessingExceptionHandler goOn = new LogAndContinueProcessingExceptionHandler();
    private final ProcessingExceptionHandler stop = new LogAndFailProcessingExceptionHandler();

    @Override
    public Response handleError(ErrorHandlerContext context, Record<?, ?> record, Exception exception) {
        boolean refused = exception instanceof MillraceException known && known.code() == ErrorCode.INVALID_RECORD;
        return (refused ? goOn : stop).handleError(context, record, exception);
    }

    @Override
    public void configure(Map<String, ?> configs) {
        goOn.configure(configs);
        stop.configure(configs);
    }
}
