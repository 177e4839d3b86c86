package jrunc.image;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootTarTest {
    @TempDir Path directory;

    private boolean isTold(String script) throws IOException, InterruptedException {
        Shell.run(directory, script);
        return RootTar.isCompressed(directory.resolve("a"), Long.MAX_VALUE);
    }

    @Test void a_root_file_system_is_told_by_its_first_name() throws IOException, InterruptedException {
        Shell.run(directory, "mkdir -p root/bin; echo x > root/bin/sh");
        assertTrue(isTold("tar -C root -czf a ."));
        assertTrue(isTold("tar -C root -czf a bin"));
        assertTrue(isTold("tar -C root -cf - . | zstd -q > a"));
        assertFalse(isTold("tar -C root -cf a ."));
    }

    @Test void an_image_is_not_taken_for_one() throws IOException, InterruptedException {
        Shell.run(directory, "mkdir -p layout/blobs/sha256 saved; cd layout; echo {} | tee oci-layout index.json blobs/sha256/x > blobs/sha256/y; cd ../saved; "
                + "n=$(printf 0%.0s $(seq 64)); mkdir $n; echo {} | tee $n/json $n/layer.tar $n.json $n.tar manifest.json > repositories");
        assertFalse(isTold("tar -C layout -czf a ."));
        assertFalse(isTold("tar -C saved -czf a $(ls saved)"));
    }
}
