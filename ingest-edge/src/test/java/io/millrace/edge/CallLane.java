package io.millrace.edge;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.Success;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What an edge wrote of the calls of one model. */
record CallLane(KafkaCluster kafka, String model, TestEdge edge) {

    /** The request with this question, once it is in its lane and the edge waits for it. */
    InferenceRequest inLane(String question) {
        InferenceRequest request = Eventually.value(() -> find(question), "the request to be in its lane");
        Eventually.check(() -> edge.services().isAwaited(request.getRequestId()), "the edge to wait");
        return request;
    }

    private Optional<InferenceRequest> find(String question) throws InvalidProtocolBufferException {
        for (var entry : TopicReader.all(kafka, Topics.requests(model, Lane.ONLINE))) {
            InferenceRequest request = InferenceRequest.parseFrom(entry.value());
            if (request.getBody().toStringUtf8().contains("\"" + question + "\"")) {
                return Optional.of(request);
            }
        }
        return Optional.empty();
    }

    /** How often the request is in its lane. */
    long ran(String requestId) {
        return TopicReader.all(kafka, Topics.requests(model, Lane.ONLINE)).stream()
                .filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(requestId))
                .count();
    }

    /** How often the request was accepted. */
    long accepted(String requestId) {
        return events().stream()
                .filter(event -> event.getCallAccepted().getRequestId().equals(requestId))
                .count();
    }

    boolean cancelled(String requestId) {
        return events().stream()
                .anyMatch(event -> event.getCancelRequested().getRequestId().equals(requestId));
    }

    private List<StreamEvent> events() {
        return TopicReader.all(kafka, Topics.RESULTS_CALLS).stream()
                .map(event -> StandInServices.event(event.value()))
                .toList();
    }

    static Result success(String requestId, String body) {
        return Result.newBuilder()
                .setRequestId(requestId)
                .setSuccess(Success.newBuilder().setStatusCode(200).setBody(ByteString.copyFromUtf8(body)))
                .build();
    }

    static Result failure(String requestId, String code, String message) {
        return Result.newBuilder()
                .setRequestId(requestId)
                .setFailure(Failure.newBuilder().setCode(code).setMessage(message))
                .build();
    }
}
