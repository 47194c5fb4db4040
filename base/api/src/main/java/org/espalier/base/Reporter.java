package org.espalier.base;

import java.nio.charset.StandardCharsets;

/**
 * The client side of a {@link Report} session: its buffer attached, and texts put there. Owned by the component that opened it;
 * not thread-safe.
 *
 * <p>Nothing here throws when the server ends: reports fail with {@link Failure#GONE} from then on.
 */
public final class Reporter implements AutoCloseable {
    /** Session parameter: the size of the buffer in bytes. */
    public static final String BUFFER_SIZE = "buffer_size";

    private final Env env;
    private final Connection<Report> connection;
    private final RamQuota size;
    private final Capability<Dataspace> dataspace;
    private final View view;

    private Reporter(
            Env env, Connection<Report> connection, RamQuota size, Capability<Dataspace> dataspace, View view) {
        this.env = env;
        this.connection = connection;
        this.size = size;
        this.dataspace = dataspace;
        this.view = view;
    }

    /**
     * Opens a session for the report {@code name}.
     *
     * @param size what its largest report takes; the session costs a small multiple of it
     */
    public static Connect<Report> connect(Env env, String name, RamQuota size) {
        RamQuota donation = new RamQuota(RamQuota.pages(size.bytes()));
        return env.connect(
                ReportRpc.TYPE,
                SessionOptions.DEFAULT
                        .label(name)
                        .parameter(BUFFER_SIZE, size.bytes())
                        .donate(donation, SessionOptions.DEFAULT.caps()));
    }

    /**
     * A reporter through a session that {@link #connect} opened with that {@code size}. It owns the session from then on; where
     * this fails, the session stays the caller's.
     */
    public static Result<Reporter> attach(Env env, Connection<Report> connection, RamQuota size) {
        return connection.session().dataspace().then(dataspace -> {
            Result<Reporter> reporter = env.rm()
                    .attach(dataspace)
                    .then(view -> view.size() < size.bytes()
                            ? tooSmall(env, view)
                            : Result.ok(new Reporter(env, connection, size, dataspace, view)));
            if (!reporter.isOk()) {
                dataspace.release();
            }
            return reporter;
        });
    }

    private static Result<Reporter> tooSmall(Env env, View view) {
        env.rm().detach(view);
        return Result.failed(Failure.OUT_OF_RAM);
    }

    /**
     * A reporter for the report {@code name}, where the component cannot do without.
     *
     * @throws IllegalStateException with the reason if there is none
     */
    public static Reporter open(Env env, String name, RamQuota size) {
        return attach(env, connect(env, name, size).orThrow(), size).orThrow("Attaching the buffer of report " + name);
    }

    /** Makes {@code text}, in UTF-8, the current report. INVALID_ARGUMENT when it is larger than the buffer. */
    public Result<Done> report(String text) {
        return report(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Makes {@code content} the current report. INVALID_ARGUMENT when it is larger than the buffer. */
    public Result<Done> report(byte[] content) {
        if (content.length > size.bytes()) {
            return Result.failed(Failure.INVALID_ARGUMENT);
        }
        try {
            view.write(0, content);
        } catch (IllegalStateException | IndexOutOfBoundsException e) {
            // The buffer is the server's and went with it; to a component that reports this is no fault of its own.
            return Result.failed(Failure.GONE);
        }
        return connection.session().submit(content.length);
    }

    /** Ends the session. What was reported may outlive it. */
    @Override
    public void close() {
        env.rm().detach(view);
        dataspace.release();
        connection.close();
    }
}
