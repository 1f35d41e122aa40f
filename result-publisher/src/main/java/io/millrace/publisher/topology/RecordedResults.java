package io.millrace.publisher.topology;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.publisher.core.StreamKey;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.RecordGoneException;
import io.millrace.runtime.kafka.RecordReader;
import io.millrace.schemas.ResultRecords;
import io.millrace.schemas.Topics;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.EventBlock;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.LoggedEvent;
import io.millrace.schemas.v1.RecordedResult;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.ResultRecord;
import io.millrace.schemas.v1.StreamEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Completes events of jobs with the results that stayed in their topic. Thread-safe; blocks.
 */
final class RecordedResults implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecordedResults.class);
    private static final int READS_AT_ONCE = 4;

    private final RecordReader reader;
    private final RecentResults recent;

    /** @param recent what needs no reading, and what is read */
    RecordedResults(KafkaSettings kafka, RecentResults recent) {
        this.recent = recent;
        reader = new RecordReader(kafka, "publisher-results", Topics.RESULTS_JOBS, READS_AT_ONCE);
    }

    /**
     * The events of these stretches, one after the other. A result that is not kept any more is a failure,
     * {@link ErrorCode#RESULT_GONE}.
     *
     * @param partition in which the stream lives
     * @throws MillraceException {@link ErrorCode#UNAVAILABLE} when Kafka does not answer
     */
    List<LoggedEvent> complete(StreamKey stream, int partition, List<EventBlocks.Stretch> stretches) {
        Map<Long, List<Result>> records = records(stream, partition, stretches);
        List<LoggedEvent> events = new ArrayList<>();
        for (EventBlocks.Stretch stretch : stretches) {
            List<Result> results =
                    records.getOrDefault(stretch.block().getRecord().getOffset(), List.of());
            for (LoggedEvent event : stretch.events()) {
                events.add(event.hasRecorded() ? complete(stream, event, results) : event);
            }
        }
        return events;
    }

    private static LoggedEvent complete(StreamKey stream, LoggedEvent event, List<Result> results) {
        RecordedResult at = event.getRecorded();
        return event.toBuilder()
                .clearRecorded()
                .setResult(at.getIndex() < results.size() ? results.get(at.getIndex()) : gone(stream, at.getItem()))
                .build();
    }

    private static Result gone(StreamKey stream, long item) {
        return Result.newBuilder()
                .setRequestId(stream.requestId(item))
                .setItem(item)
                .setFailure(Failure.newBuilder()
                        .setCode(ErrorCode.RESULT_GONE.code())
                        .setMessage("the result is no longer in " + Topics.RESULTS_JOBS
                                + "; it was kept for less time than the job, or records were deleted"))
                .build();
    }

    private Map<Long, List<Result>> records(StreamKey stream, int partition, List<EventBlocks.Stretch> stretches) {
        Map<Long, List<Result>> found = new HashMap<>();
        List<RecordReader.Address> missing = new ArrayList<>();
        for (EventBlocks.Stretch stretch : stretches) {
            EventBlock block = stretch.block();
            if (block.hasRecord() && stretch.events().stream().anyMatch(LoggedEvent::hasRecorded)) {
                ResultRecord record = block.getRecord();
                @Nullable List<Result> known = recent.find(new RecentResults.Place(partition, record.getOffset()));
                if (known == null) {
                    missing.add(new RecordReader.Address(partition, record.getOffset(), record.getSize()));
                } else {
                    found.put(record.getOffset(), known);
                }
            }
        }
        read(stream, missing).forEach((address, results) -> {
            recent.keep(new RecentResults.Place(partition, address.offset()), results, address.size());
            found.put(address.offset(), results);
        });
        return found;
    }

    /** What is gone is not in the answer. */
    private Map<RecordReader.Address, List<Result>> read(StreamKey stream, List<RecordReader.Address> addresses) {
        Map<RecordReader.Address, List<Result>> found = new HashMap<>();
        try {
            List<byte[]> values = reader.read(addresses);
            for (int i = 0; i < values.size(); i++) {
                StreamEvent event = StreamEvent.parseFrom(values.get(i));
                if (isOf(stream, event)) {
                    found.put(addresses.get(i), ResultRecords.each(event));
                }
            }
        } catch (RecordGoneException | InvalidProtocolBufferException e) {
            if (addresses.size() > 1) {
                addresses.forEach(address -> found.putAll(read(stream, List.of(address))));
            } else {
                LOG.atWarn()
                        .addKeyValue("address", addresses)
                        .setCause(e)
                        .log("results of a job are gone from their topic");
            }
        } catch (KafkaException e) {
            throw new MillraceException(ErrorCode.UNAVAILABLE, "results cannot be read just now; try again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MillraceException(ErrorCode.SHUTTING_DOWN, "the service is stopping", e);
        }
        return found;
    }

    /** Not so where somebody deleted the topic and made it anew: then other streams' records have these offsets. */
    private static boolean isOf(StreamKey stream, StreamEvent event) {
        return event.getTenant().equals(stream.tenant()) && event.getStreamId().equals(stream.id());
    }

    @Override
    public void close() {
        reader.close();
    }
}
