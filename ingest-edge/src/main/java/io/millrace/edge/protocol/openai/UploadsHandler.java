package io.millrace.edge.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.millrace.edge.http.Json;
import io.millrace.edge.http.Resource;
import io.millrace.edge.ingest.ComposedUploads;
import io.millrace.edge.ingest.Composition;
import io.millrace.edge.ingest.IngestService;
import io.millrace.edge.ingest.NewUpload;
import io.millrace.edge.ingest.Upload;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.UploadProtocol;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code POST /v1/uploads} and below: a file in parts, which may come at the same time and in any order. A part is an upload
 * of its own that remembers to which upload it belongs.
 */
public final class UploadsHandler {
    private static final String PATH = "/v1/uploads";
    private static final int MD5_DIGITS = 32;
    private static final String MD5_RULE = "md5 must be " + MD5_DIGITS + " hexadecimal digits";

    private final IngestService ingest;
    private final ComposedUploads composed;
    private final long maxBody;

    /** Translates for these services; JSON bodies may have this many bytes. */
    public UploadsHandler(IngestService ingest, ComposedUploads composed, long maxBody) {
        this.ingest = ingest;
        this.composed = composed;
        this.maxBody = maxBody;
    }

    /** Serves its paths. */
    public void mount(Router router) {
        Resource.at(router, PATH).onBody(maxBody, this::create).mount();
        Resource.at(router, PATH + "/:id/parts").on(HttpMethod.POST, this::part).mount();
        Resource.at(router, PATH + "/:id/complete")
                .onBody(maxBody, this::complete)
                .mount();
        Resource.at(router, PATH + "/:id/cancel")
                .on(HttpMethod.POST, this::cancel)
                .mount();
    }

    private void create(RoutingContext context) {
        JsonBody body = JsonBody.of(context);
        NewUpload upload = new NewUpload(
                        Tenant.DEFAULT,
                        UploadProtocol.UPLOAD_PROTOCOL_OPENAI_UPLOAD,
                        OptionalLong.empty(),
                        OptionalLong.of(body.requiredNumber("bytes")),
                        body.requiredText("filename"),
                        body.text("mime_type").orElse(""),
                        FilePurpose.check(body.requiredText("purpose")),
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        false)
                .livingFor(FileLifetime.of(body.field(FileLifetime.FIELD)));
        ingest.create(upload)
                .onSuccess(created -> Json.answer(context, FileJson.upload(created, "pending")))
                .onFailure(context::fail);
    }

    private void part(RoutingContext context) {
        String shown = context.pathParam("id");
        context.request().pause();
        pending(shown)
                .compose(upload -> {
                    Future<Upload> part = new FileForm(
                                    context.request(), ingest, "data", form -> partOf(shown, form), false)
                            .receive();
                    context.request().resume();
                    return part;
                })
                .onSuccess(part -> Json.answer(context, FileJson.part(part, shown)))
                .onFailure(context::fail);
    }

    private static NewUpload partOf(String shown, HttpServerFileUpload form) {
        return new NewUpload(
                        Tenant.DEFAULT,
                        UploadProtocol.UPLOAD_PROTOCOL_OPENAI_UPLOAD,
                        OptionalLong.empty(),
                        form.filename(),
                        form.contentType(),
                        "",
                        "",
                        Optional.empty())
                .composed(new Composition(true, List.of(), shown));
    }

    private void complete(RoutingContext context) {
        String shown = context.pathParam("id");
        JsonBody body = JsonBody.of(context);
        List<String> names = partNames(body);
        ByteString md5 = body.text("md5").map(UploadsHandler::md5).orElse(ByteString.EMPTY);
        ingest.query(Tenant.DEFAULT, UploadIds.meant(UploadIds.UPLOAD, shown))
                .compose(upload -> upload.open().getPartsCount() > 0
                        ? repeated(upload, names)
                        : composed.parts(Tenant.DEFAULT, names)
                                .compose(parts -> composed.complete(checked(upload, shown, parts), parts, md5)))
                .onSuccess(file -> Json.answer(context, FileJson.upload(file, "completed")))
                .onFailure(context::fail);
    }

    private void cancel(RoutingContext context) {
        pending(context.pathParam("id"))
                .compose(upload -> ingest.cancel(upload).map(upload))
                .onSuccess(upload -> Json.answer(context, FileJson.upload(upload, "cancelled")))
                .onFailure(context::fail);
    }

    /** The upload, if it still waits for parts. */
    private Future<Upload> pending(String shown) {
        return ingest.query(Tenant.DEFAULT, UploadIds.meant(UploadIds.UPLOAD, shown))
                .compose(upload -> upload.open().getPartsCount() == 0
                        ? Future.succeededFuture(upload)
                        : Future.failedFuture(new MillraceException(
                                ErrorCode.UPLOAD_COMPLETED, "the upload " + shown + " is completed")));
    }

    /** The same answer again, when the first one was lost. */
    private Future<Upload> repeated(Upload upload, List<String> names) {
        return upload.open().getPartsList().equals(names)
                ? ingest.settled(upload)
                : Future.failedFuture(new MillraceException(
                        ErrorCode.UPLOAD_COMPLETED, "the upload is completed already, with other parts"));
    }

    private static Upload checked(Upload upload, String shown, List<Upload> parts) {
        long length = 0;
        for (Upload part : parts) {
            if (!part.open().getClientConcat().equals(shown) || !part.complete()) {
                throw MillraceException.about(
                        "part_ids",
                        ErrorCode.INVALID_REQUEST,
                        UploadIds.shown(UploadIds.PART, part.id()) + " is no part of this upload");
            }
            length += part.offset();
        }
        if (length != upload.announced().orElse(length)) {
            throw MillraceException.about(
                    "part_ids",
                    ErrorCode.INCONSISTENT_LENGTH,
                    "the parts have " + length + " bytes, but "
                            + upload.announced().getAsLong() + " were announced");
        }
        return upload;
    }

    private static List<String> partNames(JsonBody body) {
        List<String> names = new ArrayList<>();
        for (JsonNode name : body.requiredArray("part_ids")) {
            names.add(UploadIds.meant(UploadIds.PART, name.asText()));
        }
        return names;
    }

    private static ByteString md5(String digits) {
        try {
            if (digits.length() == MD5_DIGITS) {
                return ByteString.copyFrom(HexFormat.of().parseHex(digits));
            }
        } catch (IllegalArgumentException e) {
            throw new MillraceException(ErrorCode.INVALID_REQUEST, MD5_RULE, e);
        }
        throw MillraceException.about("md5", ErrorCode.INVALID_REQUEST, MD5_RULE);
    }
}
