package io.millrace.assembler.topology;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The memory that all RocksDB stores of the process share: one block cache, in which their write buffers count too. Without
 * it each store of each partition would take 100 MiB of its own.
 */
public final class RocksDbMemory implements AutoCloseable {
    /** The Streams property under which the stores find it. */
    public static final String PROPERTY = "millrace.rocksdb.memory";

    private static final int WRITE_BUFFER_SHARE = 2;
    private static final long LARGEST_WRITE_BUFFER = 8L << 20;

    private final Cache cache;
    private final WriteBufferManager writeBuffers;

    /** @param bytes about how much the stores may take in all */
    public RocksDbMemory(long bytes) {
        RocksDB.loadLibrary();
        cache = new LRUCache(bytes);
        writeBuffers = new WriteBufferManager(bytes / WRITE_BUFFER_SHARE, cache);
    }

    @Override
    public void close() {
        writeBuffers.close();
        cache.close();
    }

    /** Makes Streams' stores use the shared memory. */
    public static final class Setter implements RocksDBConfigSetter {
        @Override
        public void setConfig(String storeName, Options options, Map<String, Object> configs) {
            if (!(configs.get(PROPERTY) instanceof RocksDbMemory memory)) {
                throw new IllegalArgumentException("property " + PROPERTY + " is not set");
            }
            BlockBasedTableConfig tables = (BlockBasedTableConfig) options.tableFormatConfig();
            tables.setBlockCache(memory.cache);
            tables.setCacheIndexAndFilterBlocks(true);
            options.setTableFormatConfig(tables);
            options.setWriteBufferManager(memory.writeBuffers);
            options.setWriteBufferSize(LARGEST_WRITE_BUFFER);
        }

        @Override
        public void close(String storeName, Options options) {
            // What is shared outlives each store.
        }
    }
}
