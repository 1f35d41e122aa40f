package io.millrace.runtime.streams;

import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompactionOptionsUniversal;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * One block cache and one budget of write buffers for all stores together; Streams would give each store its own. Travels
 * in the configuration of Streams, which hands it to the {@link Setter} of each store.
 */
public final class RocksDbMemory implements AutoCloseable {
    /** The Streams property under which the stores find it. */
    static final String PROPERTY = "millrace.rocksdb.memory";

    private static final int BLOCK_BYTES = 16 * 1024;
    private static final int BLOOM_BITS = 10;
    /** Of one store at a time: files that are moved stay as small as they were written. */
    private static final int OPEN_FILES = 256;

    static {
        RocksDB.loadLibrary();
    }

    private final Cache cache;
    private final WriteBufferManager writeBuffers;
    private final BloomFilter bloom = new BloomFilter(BLOOM_BITS, false);
    /** What is only appended, such as the log of a stream, is moved and not written again. */
    private final CompactionOptionsUniversal compaction = new CompactionOptionsUniversal().setAllowTrivialMove(true);

    private final long writeBufferBytes;

    /** Half of these bytes is for blocks that were read, half for what is being written. */
    public RocksDbMemory(long bytes) {
        cache = new LRUCache(bytes);
        writeBuffers = new WriteBufferManager(bytes / 2, cache);
        writeBufferBytes = Math.max(1024 * 1024, bytes / 16);
    }

    /** Frees it; after the last store is closed. */
    @Override
    public void close() {
        writeBuffers.close();
        cache.close();
        bloom.close();
        compaction.close();
    }

    /** Made by Streams for each store. */
    public static final class Setter implements RocksDBConfigSetter {
        @Override
        public void setConfig(String storeName, Options options, Map<String, Object> configs) {
            RocksDbMemory shared = Objects.requireNonNull((RocksDbMemory) configs.get(PROPERTY), PROPERTY);
            BlockBasedTableConfig tables = (BlockBasedTableConfig) options.tableFormatConfig();
            tables.setBlockCache(shared.cache);
            tables.setBlockSize(BLOCK_BYTES);
            tables.setCacheIndexAndFilterBlocks(true);
            tables.setFilterPolicy(shared.bloom);
            options.setTableFormatConfig(tables);
            options.setWriteBufferManager(shared.writeBuffers);
            options.setWriteBufferSize(shared.writeBufferBytes);
            options.setCompactionOptionsUniversal(shared.compaction);
            options.setMaxOpenFiles(OPEN_FILES);
            // Costs as much of the processor as it saves in writing less, and saves a fifth of the disk that results
            // take.
            options.setCompressionType(CompressionType.LZ4_COMPRESSION);
        }

        @Override
        public void close(String storeName, Options options) {
            // What is shared outlives the store.
        }
    }
}
