package org.espalier.base;

/**
 * A component. Its JAR names the class in the manifest attribute {@value #MANIFEST_ATTRIBUTE}; the class has a public
 * constructor without parameters.
 */
public interface Component {
    /** The manifest attribute that names the class. */
    String MANIFEST_ATTRIBUTE = "Espalier-Component";

    /**
     * Brings the component up. Called once, in the context of the initial entrypoint, which serves requests and signals
     * when this returns. All that the component may ever use comes through {@code env}. An exception is a fault: the
     * parent is told, and the component does not run.
     */
    void construct(Env env);
}
