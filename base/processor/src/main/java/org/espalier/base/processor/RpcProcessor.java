package org.espalier.base.processor;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.Filer;
import javax.annotation.processing.FilerException;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;
import javax.tools.StandardLocation;

/**
 * Generates, for every interface annotated with {@code org.espalier.base.Rpc}, the class {@code <Interface>Rpc} in the
 * same package and the resource {@code META-INF/espalier/wire/<service>.txt}. An interface that cannot be generated for is
 * a compile-time error at the parameter, method or interface at fault, and gets neither.
 *
 * <p>An interface that names a class that is not there yet waits for the round that brings it. Each file depends on its
 * interface and on the types that travel through it, and on nothing else.
 */
@SupportedAnnotationTypes(Contract.RPC)
public final class RpcProcessor extends AbstractProcessor {
    /** Interfaces, by qualified name, that named a missing class so far. */
    private final Set<String> waiting = new LinkedHashSet<>();
    /** Service names given in this compilation, with the interface that has them. */
    private final Map<String, String> services = new HashMap<>();

    /** For the compiler. */
    public RpcProcessor() {}

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latestSupported();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        Set<TypeElement> found = new LinkedHashSet<>();
        for (String name : waiting) {
            TypeElement element = processingEnv.getElementUtils().getTypeElement(name);
            if (element != null) {
                found.add(element);
            }
        }
        waiting.clear();
        for (TypeElement annotation : annotations) {
            for (Element element : round.getElementsAnnotatedWith(annotation)) {
                if (element instanceof TypeElement type) {
                    found.add(type);
                }
            }
        }
        found.forEach(this::generate);
        return false;
    }

    private void generate(TypeElement element) {
        switch (ServiceReader.read(processingEnv.getElementUtils(), processingEnv.getTypeUtils(), element)) {
            case ServiceReader.Complete(Service service) -> write(service);
            case ServiceReader.Refused refused ->
                refused.complaints().forEach(each -> complain(each.place(), each.message()));
            case ServiceReader.Unresolved _ ->
                waiting.add(element.getQualifiedName().toString());
        }
    }

    private void write(Service service) {
        String owner = service.element().getQualifiedName().toString();
        String other = services.putIfAbsent(service.name(), owner);
        if (other != null) {
            complain(service.element(), "service name ‘" + service.name() + "’ is that of " + other + " already");
            return;
        }
        Canonical layout = Canonical.of(service);
        Filer filer = processingEnv.getFiler();
        String generated = service.packageName() + "." + service.generatedName();
        try {
            try (Writer out =
                    filer.createSourceFile(generated, service.origins()).openWriter()) {
                out.write(CodeWriter.write(
                        processingEnv.getElementUtils(), processingEnv.getTypeUtils(), service, layout));
            }
            resource(service, "wire/" + service.name() + ".txt", WireDocument.write(service, layout));
            resource(service, "c/" + service.name() + ".h", HeaderWriter.write(service, layout));
        } catch (FilerException _) {
            complain(service.element(), generated + ", which is to be generated from " + owner + ", exists already");
        } catch (IOException e) {
            complain(service.element(), generated + " could not be written: " + e);
        }
    }

    private void resource(Service service, String name, String text) throws IOException {
        // Bytes, not characters: the text must not depend on the encoding that the compiler was told.
        try (OutputStream out = processingEnv
                .getFiler()
                .createResource(StandardLocation.CLASS_OUTPUT, "", "META-INF/espalier/" + name, service.origins())
                .openOutputStream()) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void complain(Element place, String message) {
        processingEnv.getMessager().printMessage(Diagnostic.Kind.ERROR, message, place);
    }
}
