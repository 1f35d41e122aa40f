package io.millrace.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.ChunkReference;
import io.millrace.schemas.v1.CommitAppend;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.ManifestPage;
import io.millrace.schemas.v1.TenantUsage;
import io.millrace.schemas.v1.UploadComplete;
import io.millrace.schemas.v1.UploadOpen;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import io.millrace.testing.KafkaCluster;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The chunk topic as it stands, read from its beginning, and what an assembler would make of it. */
final class ChunkLog {
    private final KafkaCluster kafka;

    ChunkLog(KafkaCluster kafka) {
        this.kafka = kafka;
    }

    /** All records of an upload. */
    List<ConsumerRecord<byte[], byte[]>> records(String uploadId) {
        return Log.read(kafka).records(uploadId);
    }

    static RecordKind kind(ConsumerRecord<byte[], byte[]> chunk) {
        return RecordKind.fromHeader(ChunkHeaders.requiredText(chunk.headers(), ChunkHeaders.KIND))
                .orElseThrow();
    }

    /** The sizes of an upload's data records, each checked against its checksum. */
    List<Integer> pieceSizes(String uploadId) {
        List<Integer> sizes = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> chunk : records(uploadId)) {
            if (kind(chunk) == RecordKind.DATA) {
                CRC32C checksum = new CRC32C();
                checksum.update(chunk.value());
                assertThat(ChunkHeaders.number(chunk.headers(), ChunkHeaders.CRC32C))
                        .contains(checksum.getValue());
                sizes.add(chunk.value().length);
            }
        }
        return sizes;
    }

    /** The bytes of an upload that count. */
    byte[] content(String uploadId) {
        return Log.read(kafka).content(uploadId);
    }

    /** How far an upload is. */
    Optional<UploadState> state(String uploadId) {
        return Log.read(kafka).state(uploadId);
    }

    /** Where the bytes of an upload lie from here on. */
    Optional<ManifestPage> manifest(String uploadId, long from) {
        Log log = Log.read(kafka);
        return log.state(uploadId).map(state -> {
            ManifestPage.Builder page = ManifestPage.newBuilder().setState(state);
            long position = 0;
            for (ChunkReference piece : log.pieces(uploadId)) {
                if (position + piece.getLength() > from) {
                    if (page.getPiecesCount() == 0) {
                        page.setPosition(position);
                    }
                    page.addPieces(piece);
                }
                position += piece.getLength();
            }
            return page.build();
        });
    }

    /** Uploads that are files. */
    List<UploadState> files() {
        Log log = Log.read(kafka);
        return log.uploads().stream()
                .flatMap(id -> log.state(id).stream())
                .filter(state -> state.getStatus() == UploadStatus.UPLOAD_STATUS_COMPLETE
                        && !state.getOpen().getPartial())
                .toList();
    }

    /** What is open. */
    TenantUsage usage() {
        Log log = Log.read(kafka);
        List<UploadState> open = log.uploads().stream()
                .flatMap(id -> log.state(id).stream())
                .filter(state -> state.getStatus() == UploadStatus.UPLOAD_STATUS_OPEN)
                .toList();
        long bytes = open.stream()
                .mapToLong(state -> Math.max(state.getLength(), state.getOpen().getAnnouncedLength()))
                .sum();
        return TenantUsage.newBuilder()
                .setOpenUploads(open.size())
                .setOpenBytes(bytes)
                .setOpenUploadsOfAll(open.size())
                .setOpenBytesOfAll(bytes)
                .build();
    }

    /** One reading of the topic: its records by upload, and by where they lie. */
    private record Log(
            Map<String, List<ConsumerRecord<byte[], byte[]>>> byUpload,
            Map<Place, ConsumerRecord<byte[], byte[]>> byPlace) {
        private record Place(int partition, long offset) {}

        static Log read(KafkaCluster kafka) {
            Map<String, List<ConsumerRecord<byte[], byte[]>>> byUpload = new LinkedHashMap<>();
            Map<Place, ConsumerRecord<byte[], byte[]>> byPlace = new HashMap<>();
            for (ConsumerRecord<byte[], byte[]> chunk : TopicReader.all(kafka, Topics.CHUNKS)) {
                byUpload.computeIfAbsent(new String(chunk.key(), StandardCharsets.UTF_8), id -> new ArrayList<>())
                        .add(chunk);
                byPlace.put(new Place(chunk.partition(), chunk.offset()), chunk);
            }
            return new Log(byUpload, byPlace);
        }

        Set<String> uploads() {
            return byUpload.keySet();
        }

        List<ConsumerRecord<byte[], byte[]>> records(String uploadId) {
            return byUpload.getOrDefault(uploadId, List.of());
        }

        Optional<UploadState> state(String uploadId) {
            UploadState.Builder state = UploadState.newBuilder();
            try {
                for (ConsumerRecord<byte[], byte[]> chunk : records(uploadId)) {
                    apply(state, chunk);
                }
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("unreadable record of " + uploadId, e);
            }
            if (!state.hasOpen()) {
                return Optional.empty();
            }
            compose(state);
            settle(state, uploadId);
            return Optional.of(state.build());
        }

        private void apply(UploadState.Builder state, ConsumerRecord<byte[], byte[]> chunk)
                throws InvalidProtocolBufferException {
            switch (kind(chunk)) {
                case OPEN -> {
                    UploadOpen open = UploadOpen.parseFrom(chunk.value());
                    state.setOpen(open).setStatus(UploadStatus.UPLOAD_STATUS_OPEN);
                    if (open.hasLength()) {
                        state.setLength(open.getLength());
                    }
                }
                case COMPLETE -> {
                    UploadComplete complete = UploadComplete.parseFrom(chunk.value());
                    if (complete.hasLength()) {
                        state.setLength(complete.getLength());
                    }
                    UploadOpen.Builder open = state.getOpenBuilder();
                    if (!complete.getPurpose().isEmpty()) {
                        open.setPurpose(complete.getPurpose());
                    }
                    if (complete.getFileLifetimeMs() > 0) {
                        open.setFileLifetimeMs(complete.getFileLifetimeMs());
                    }
                    if (complete.getPartsCount() > 0) {
                        open.clearParts().addAllParts(complete.getPartsList());
                    }
                    if (!complete.getSha256().isEmpty()) {
                        open.setSha256(complete.getSha256());
                    }
                    state.setMd5(complete.getMd5());
                }
                case CANCEL -> state.setStatus(UploadStatus.UPLOAD_STATUS_CANCELLED);
                case DATA, COMMIT_APPEND, LINK, EXPAND, PART_COMPLETE, RELEASE_PART -> {
                    // Bytes are counted when all is read; the rest is of no consequence here.
                }
            }
        }

        private void compose(UploadState.Builder state) {
            List<UploadState> parts = state.getOpen().getPartsList().stream()
                    .flatMap(part -> state(part).stream())
                    .toList();
            boolean known = !parts.isEmpty() && parts.stream().allMatch(UploadState::hasLength);
            if (known) {
                state.setLength(parts.stream().mapToLong(UploadState::getLength).sum());
            }
            state.setPartsComplete((int) parts.stream()
                    .filter(part -> part.getStatus() == UploadStatus.UPLOAD_STATUS_COMPLETE)
                    .count());
        }

        private void settle(UploadState.Builder state, String uploadId) {
            byte[] content = content(uploadId);
            boolean composed = state.getOpen().getPartsCount() > 0;
            boolean partsThere = state.getPartsComplete() == state.getOpen().getPartsCount();
            state.setContiguous(composed && !partsThere ? 0 : content.length);
            boolean whole = state.hasLength() && partsThere && content.length == state.getLength();
            if (state.getStatus() != UploadStatus.UPLOAD_STATUS_OPEN || !whole) {
                return;
            }
            if (matches(state.getOpen().getSha256(), "SHA-256", content) && matches(state.getMd5(), "MD5", content)) {
                state.setStatus(UploadStatus.UPLOAD_STATUS_COMPLETE);
            } else {
                state.setStatus(UploadStatus.UPLOAD_STATUS_FAILED)
                        .setFailure(Failure.newBuilder()
                                .setCode("checksum_mismatch")
                                .setMessage("the content does not match its digest"));
            }
        }

        private static boolean matches(ByteString digest, String algorithm, byte[] content) {
            try {
                return digest.isEmpty()
                        || Arrays.equals(
                                digest.toByteArray(),
                                MessageDigest.getInstance(algorithm).digest(content));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        byte[] content(String uploadId) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            for (ChunkReference piece : pieces(uploadId)) {
                ConsumerRecord<byte[], byte[]> chunk =
                        Objects.requireNonNull(byPlace.get(new Place(piece.getPartition(), piece.getOffset())));
                content.write(chunk.value(), piece.getSkip(), piece.getLength());
            }
            return content.toByteArray();
        }

        /** The first bytes of every place, up to the first gap. */
        List<ChunkReference> pieces(String uploadId) {
            List<ChunkReference> pieces = new ArrayList<>();
            long reached = 0;
            for (ConsumerRecord<byte[], byte[]> chunk : counting(uploadId)) {
                long skip = reached - offset(chunk);
                if (skip >= 0 && skip < chunk.value().length) {
                    int length = chunk.value().length - (int) skip;
                    pieces.add(ChunkReference.newBuilder()
                            .setPartition(chunk.partition())
                            .setOffset(chunk.offset())
                            .setSkip((int) skip)
                            .setLength(length)
                            .build());
                    reached += length;
                }
            }
            for (String part : partsOf(uploadId)) {
                pieces.addAll(pieces(part));
            }
            return pieces;
        }

        private List<String> partsOf(String uploadId) {
            List<String> parts = List.of();
            try {
                for (ConsumerRecord<byte[], byte[]> chunk : records(uploadId)) {
                    if (kind(chunk) == RecordKind.OPEN) {
                        parts = UploadOpen.parseFrom(chunk.value()).getPartsList();
                    } else if (kind(chunk) == RecordKind.COMPLETE) {
                        List<String> ordered =
                                UploadComplete.parseFrom(chunk.value()).getPartsList();
                        parts = ordered.isEmpty() ? parts : ordered;
                    }
                }
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
            return parts;
        }

        /** Data records that count, in the order of their places: those without an append, and those of committed ones. */
        private List<ConsumerRecord<byte[], byte[]>> counting(String uploadId) {
            List<ConsumerRecord<byte[], byte[]>> records = records(uploadId);
            Set<String> committed = new HashSet<>();
            try {
                for (ConsumerRecord<byte[], byte[]> chunk : records) {
                    if (kind(chunk) == RecordKind.COMMIT_APPEND) {
                        committed.add(CommitAppend.parseFrom(chunk.value()).getAppendId());
                    }
                }
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
            return records.stream()
                    .filter(chunk -> kind(chunk) == RecordKind.DATA)
                    .filter(chunk -> ChunkHeaders.text(chunk.headers(), ChunkHeaders.APPEND)
                            .map(committed::contains)
                            .orElse(true))
                    .sorted(Comparator.comparingLong(Log::offset))
                    .toList();
        }

        private static long offset(ConsumerRecord<byte[], byte[]> chunk) {
            return ChunkHeaders.number(chunk.headers(), ChunkHeaders.OFFSET).orElseThrow();
        }
    }
}
