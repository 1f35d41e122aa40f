package io.millrace.publisher.protocol;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.publisher.hub.EventLog;
import io.millrace.publisher.hub.Owners;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.JobList;
import io.millrace.schemas.v1.JobView;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /internal/v1/jobs?limit=N&before=MS&after=ID}: a tenant's jobs, newest first, after the one of this id that was
 * created at this time; gathered from all instances. An instance that another one asks answers for itself only.
 */
public final class JobLists {
    private static final long MAX_LIMIT = 1_000;

    private static final Comparator<JobView> NEWEST_FIRST = Comparator.<JobView>comparingLong(
                    view -> view.getState().getJob().getSubmittedAtMs())
            .reversed()
            .thenComparing(JobView::getJobId);

    private final Vertx vertx;
    private final EventLog log;
    private final BlockingReads reads;
    private final Owners owners;
    private final Forwarding forwarding;

    /** Answers from the log, and from those of the other instances. */
    public JobLists(Vertx vertx, EventLog log, BlockingReads reads, Owners owners, Forwarding forwarding) {
        this.vertx = vertx;
        this.log = log;
        this.reads = reads;
        this.owners = owners;
        this.forwarding = forwarding;
    }

    /** Adds the route. */
    public void mount(Router router) {
        router.get("/internal/v1/jobs").handler(this::answer).failureHandler(HttpErrors::render);
    }

    private void answer(RoutingContext request) {
        @Nullable String header = request.request().getHeader(Tenant.HTTP_HEADER);
        String tenant = header == null ? Tenant.DEFAULT : header;
        int limit = Parameters.number(request, "limit", 1, MAX_LIMIT)
                .orElse(MAX_LIMIT)
                .intValue();
        @Nullable String after = request.request().getParam("after");
        Optional<EventLog.Listed> before = Parameters.number(request, "before", 0, Long.MAX_VALUE)
                .map(createdMs -> new EventLog.Listed(createdMs, after == null ? "" : after));
        Future<JobList> own = reads.run(vertx.getOrCreateContext(), () -> log.jobs(tenant, before, limit + 1))
                .map(page -> list(page, limit));
        Future<JobList> all = Forwarding.isForwarded(request)
                ? own
                : own.compose(mine -> gather(mine, limit, request.request().uri(), tenant));
        all.onFailure(request::fail)
                .onSuccess(list -> request.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/x-protobuf")
                        .end(Buffer.buffer(list.toByteArray())));
    }

    private static JobList list(EventLog.JobPage page, int limit) {
        List<JobView> jobs = page.jobs();
        return JobList.newBuilder()
                .addAllJobs(jobs.subList(0, Math.min(limit, jobs.size())))
                .setMore(jobs.size() > limit)
                .addAllPartitions(page.partitions())
                .build();
    }

    private Future<JobList> gather(JobList own, int limit, String uri, String tenant) {
        List<Future<JobList>> others = owners.others().stream()
                .map(address -> forwarding.ask(address, uri, tenant).map(JobLists::parsed))
                .toList();
        return Future.all(others).map(answers -> {
            List<JobList> lists = new ArrayList<>(answers.list());
            lists.add(own);
            return merged(lists, limit);
        });
    }

    /** A list that lacks what some partition has would be wrong without looking so: rather none. */
    private JobList merged(List<JobList> lists, int limit) {
        long partitions = lists.stream()
                .flatMap(list -> list.getPartitionsList().stream())
                .distinct()
                .count();
        if (partitions < owners.jobPartitions()) {
            throw new MillraceException(
                    ErrorCode.UNAVAILABLE, "not all jobs can be looked through just now; try again");
        }
        List<JobView> jobs = lists.stream()
                .flatMap(list -> list.getJobsList().stream())
                .distinct()
                .sorted(NEWEST_FIRST)
                .toList();
        return JobList.newBuilder()
                .addAllJobs(jobs.subList(0, Math.min(limit, jobs.size())))
                .setMore(jobs.size() > limit || lists.stream().anyMatch(JobList::getMore))
                .build();
    }

    private static JobList parsed(Buffer body) {
        try {
            return JobList.parseFrom(body.getBytes());
        } catch (InvalidProtocolBufferException e) {
            throw new MillraceException(ErrorCode.INTERNAL, "the answer of another instance cannot be read", e);
        }
    }
}
