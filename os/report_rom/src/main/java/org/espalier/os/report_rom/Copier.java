package org.espalier.os.report_rom;

import java.util.Arrays;
import org.espalier.base.RamQuota;
import org.espalier.base.View;

/** Copies between views through one buffer, so that copying allocates nothing. Confined to the entrypoint. */
final class Copier {
    private final byte[] chunk = new byte[(int) RamQuota.PAGE];

    /** Makes {@code to} the first {@code length} bytes of {@code from} and zeroes. Others may write the source meanwhile. */
    void copy(View from, View to, long length) {
        for (long done = 0; done < length; done += chunk.length) {
            int part = (int) Math.min(chunk.length, length - done);
            from.read(done, chunk, 0, part);
            to.write(done, chunk, 0, part);
        }
        Arrays.fill(chunk, (byte) 0);
        for (long done = length; done < to.size(); done += chunk.length) {
            to.write(done, chunk, 0, (int) Math.min(chunk.length, to.size() - done));
        }
    }
}
