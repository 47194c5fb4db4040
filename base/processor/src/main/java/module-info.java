import org.jspecify.annotations.NullMarked;

/** Writes stubs, dispatchers and wire documentation at compile time; nothing of it is there at run time. */
@NullMarked
module org.espalier.base.processor {
    requires java.compiler;
    requires static org.jspecify;

    provides javax.annotation.processing.Processor with
            org.espalier.base.processor.RpcProcessor;
}
