package org.espalier.kernel.hw;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.jar.Manifest;
import org.espalier.base.Component;
import org.espalier.kernel.verifier.JarContent;

/** What the manifest of a component's JAR says. */
public final class ComponentManifest {
    /** Why a JAR whose manifest names no class is no component; a sentence for people. */
    public static final String NO_COMPONENT = "The JAR holds no component: its manifest has no attribute "
            + Component.MANIFEST_ATTRIBUTE + " that names a class.";

    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    private ComponentManifest() {}

    /** A manifest that cannot be read; the message is a sentence for people. */
    public static final class Damaged extends Exception {
        private static final long serialVersionUID = 1;

        Damaged(String message) {
            super(message);
        }
    }

    /** The name of the component's class; empty when the JAR holds no component. */
    public static String componentClass(JarContent content) throws Damaged {
        byte[] manifest = content.entry(MANIFEST);
        if (manifest == null) {
            return "";
        }
        try {
            String name = new Manifest(new ByteArrayInputStream(manifest))
                    .getMainAttributes()
                    .getValue(Component.MANIFEST_ATTRIBUTE);
            return name == null ? "" : name.strip();
        } catch (IOException e) {
            throw new Damaged("The manifest of the JAR is damaged: " + e.getMessage());
        }
    }
}
