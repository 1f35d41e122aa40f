package io.millrace.standalone.operations.replay;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.RecordGoneException;
import io.millrace.runtime.kafka.RecordReader;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.ChunkReference;
import io.millrace.schemas.v1.InferenceRequest;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** What requests ask, read back from the chunk topic where it stands there. Blocks. */
final class Bodies implements AutoCloseable {
    private final RecordReader chunks;

    Bodies(KafkaSettings kafka) {
        chunks = new RecordReader(
                kafka,
                "replay-bodies",
                Topics.CHUNKS,
                1,
                record -> ChunkHeaders.verify(record.headers(), record.value()));
    }

    byte[] of(InferenceRequest request) throws InterruptedException, RecordGoneException {
        if (!request.hasReferences()) {
            return request.getBody().toByteArray();
        }
        List<ChunkReference> pieces = request.getReferences().getPiecesList();
        List<byte[]> values = chunks.read(pieces.stream()
                .map(piece -> new RecordReader.Address(
                        piece.getPartition(), piece.getOffset(), piece.getSkip() + piece.getLength()))
                .toList());
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int i = 0; i < pieces.size(); i++) {
            body.write(values.get(i), pieces.get(i).getSkip(), pieces.get(i).getLength());
        }
        return body.toByteArray();
    }

    @Override
    public void close() {
        chunks.close();
    }
}
