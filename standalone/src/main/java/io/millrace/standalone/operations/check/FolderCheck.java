package io.millrace.standalone.operations.check;

import io.millrace.standalone.operations.core.Finding;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Whether the data folder of this machine can be used and has room. */
public final class FolderCheck {
    private FolderCheck() {}

    /** Looks at a folder, which need not be there yet. */
    public static Finding run(Path folder) {
        Path there = folder.toAbsolutePath();
        while (!Files.exists(there)) {
            there = Objects.requireNonNull(there.getParent(), "the root exists");
        }
        String subject = "data folder";
        if (!Files.isWritable(there)) {
            return Finding.error(subject, there + " cannot be written", "chown it, or choose another by data_dir");
        }
        try {
            FileStore store = Files.getFileStore(there);
            return BrokerCheck.room(subject, folder.toString(), store.getUsableSpace(), store.getTotalSpace());
        } catch (IOException e) {
            return Finding.warning(subject, folder + " does not say how full it is: " + e.getMessage(), "look with df");
        }
    }
}
