package io.millrace.edge.protocol.openai;

import io.millrace.schemas.Ids;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;

/** OpenAI names uploads, their parts and files apart; here all of them are uploads, and only the prefix differs. */
final class UploadIds {
    static final String UPLOAD = "upload_";
    static final String PART = "part_";

    private UploadIds() {}

    /** The id under which an upload goes here, for one of OpenAI's kinds. */
    static String shown(String prefix, String fileId) {
        return prefix + fileId.substring(Ids.FILE.length());
    }

    /**
     * The upload that is meant.
     *
     * @throws MillraceException if the id is not of this kind
     */
    static String meant(String prefix, String id) {
        if (!Ids.isValid(prefix, id)) {
            throw new MillraceException(ErrorCode.UPLOAD_NOT_FOUND, "there is no upload or part " + id);
        }
        return Ids.FILE + id.substring(prefix.length());
    }
}
