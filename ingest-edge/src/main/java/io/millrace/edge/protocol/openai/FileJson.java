package io.millrace.edge.protocol.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.edge.http.Json;
import io.millrace.edge.ingest.FilePage;
import io.millrace.edge.ingest.Upload;

/** Files and uploads in OpenAI's shape. */
final class FileJson {
    private static final long MS = 1000;

    private FileJson() {}

    static ObjectNode file(Upload file) {
        ObjectNode json = Json.object()
                .put("id", file.id())
                .put("object", "file")
                .put("bytes", file.length().orElse(file.offset()))
                .put("created_at", file.open().getCreatedAtMs() / MS)
                .put("filename", file.open().getFilename())
                .put("purpose", file.open().getPurpose())
                .put("status", "processed");
        file.fileExpiry().ifPresent(expiry -> json.put("expires_at", expiry.getEpochSecond()));
        return json;
    }

    static ObjectNode list(FilePage page) {
        ObjectNode list = Json.object().put("object", "list");
        page.files().forEach(file -> list.withArray("data").add(file(file)));
        if (page.files().isEmpty()) {
            list.putArray("data");
        } else {
            list.put("first_id", page.files().getFirst().id())
                    .put("last_id", page.files().getLast().id());
        }
        return list.put("has_more", page.more());
    }

    static ObjectNode deleted(String fileId) {
        return Json.object().put("id", fileId).put("object", "file").put("deleted", true);
    }

    /** @param status {@code pending}, {@code completed} or {@code cancelled} */
    static ObjectNode upload(Upload upload, String status) {
        ObjectNode json = Json.object()
                .put("id", UploadIds.shown(UploadIds.UPLOAD, upload.id()))
                .put("object", "upload")
                .put("bytes", upload.announced().orElse(upload.offset()))
                .put("created_at", upload.open().getCreatedAtMs() / MS)
                .put("filename", upload.open().getFilename())
                .put("purpose", upload.open().getPurpose())
                .put("status", status)
                .put("expires_at", upload.open().getExpiresAtMs() / MS);
        return upload.complete() ? json.set("file", file(upload)) : json.putNull("file");
    }

    static ObjectNode part(Upload part, String uploadId) {
        return Json.object()
                .put("id", UploadIds.shown(UploadIds.PART, part.id()))
                .put("object", "upload.part")
                .put("created_at", part.open().getCreatedAtMs() / MS)
                .put("upload_id", uploadId);
    }
}
