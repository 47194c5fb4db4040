package org.espalier.machine;

/** What a program may do with a page besides reading it: x86-64 has no page that can be used and not be read. */
public record Rights(boolean write, boolean execute) {
    public static final Rights READ = new Rights(false, false);
    public static final Rights READ_WRITE = new Rights(true, false);
    public static final Rights READ_EXECUTE = new Rights(false, true);
    public static final Rights ALL = new Rights(true, true);

    /** Whether nothing is in {@code other} that is not in this. */
    public boolean covers(Rights other) {
        return (write || !other.write) && (execute || !other.execute);
    }

    boolean permit(Access access) {
        return switch (access) {
            case READ -> true;
            case WRITE -> write;
            case EXECUTE -> execute;
        };
    }
}
