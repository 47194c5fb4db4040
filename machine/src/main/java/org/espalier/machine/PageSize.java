package org.espalier.machine;

/** The sizes of pages on x86-64, with the level of the table whose entry maps one: 1 is the page table (Intel SDM vol. 3, 4.5). */
public enum PageSize {
    SMALL(1),
    LARGE(2),
    HUGE(3);

    private final int level;

    PageSize(int level) {
        this.level = level;
    }

    /** The size that entries of tables of {@code level} map, 1 to 3. */
    static PageSize ofLevel(int level) {
        return switch (level) {
            case 1 -> SMALL;
            case 2 -> LARGE;
            case 3 -> HUGE;
            default -> throw new IllegalArgumentException("No entry of level " + level + " maps a page.");
        };
    }

    int level() {
        return level;
    }

    public long bytes() {
        return PageTableLayout.span(level);
    }
}
