package org.espalier.rom;

import java.util.Arrays;
import org.espalier.base.View;

/** What a ROM module holds at some time. Does not change as long as it is the content of a {@link RomModule}. */
public interface RomContent {
    /** Its length in bytes. */
    long length();

    /** Makes {@code target}, which is at least as long, these bytes followed by zeroes. */
    void copyTo(View target);

    /** Bytes of this component's own, which must not be changed any more. */
    static RomContent of(byte[] bytes) {
        return new RomContent() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public void copyTo(View target) {
                target.write(0, Arrays.copyOf(bytes, Math.toIntExact(target.size())));
            }
        };
    }
}
