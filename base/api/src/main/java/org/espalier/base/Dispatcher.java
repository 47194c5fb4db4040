package org.espalier.base;

/**
 * The server side of one RPC object. Called by the entrypoint, one request at a time, with the request in {@code message};
 * leaves the reply there. A request that does not follow the layout is answered with {@link Failure#MALFORMED} before any
 * method of the object has run, and the capabilities it brought are released. When the object throws, the message is in no
 * state that may be sent: the kernel makes it the reply of an entrypoint that ended.
 */
public interface Dispatcher {
    /** Serves the request in {@code message}, whose word is the operation. */
    void dispatch(Message message);
}
