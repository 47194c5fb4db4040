package org.espalier.check;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.sandbox.ForwardedService;
import org.espalier.sandbox.Router;
import org.jspecify.annotations.Nullable;

/** A sandbox in the tree: children by name and by service, so that no decision looks at all of them. Belongs to one check. */
final class Host implements Router.Children {
    /** Its label; empty for core. */
    final String path;
    /** The component that it belongs to; {@code null} for core. */
    final @Nullable Part self;
    /** Services that it offers its children itself. */
    final Set<String> offers;

    /** Services that its children serve for those outside. */
    final Map<String, ForwardedService> forwarded = new HashMap<>();

    final Map<String, Part> parts = new LinkedHashMap<>();
    final Router router;
    private final Map<String, Set<String>> providers = new HashMap<>();
    /** Somebody in here, or below, has needs that nobody knows. */
    boolean holdsUnknown;

    Host(@Nullable Part self, Set<String> parentProvides, Set<String> offers, List<ForwardedService> services) {
        this.self = self;
        services.forEach(service -> forwarded.put(service.name(), service));
        this.path = self == null ? "" : self.path;
        this.offers = offers;
        this.router = new Router(
                service -> parentProvides.contains(service) && (self != null || offers.contains(service)), this);
    }

    void add(Part part) {
        parts.put(part.name(), part);
        part.spec
                .provides()
                .forEach(service -> providers
                        .computeIfAbsent(service, any -> new LinkedHashSet<>())
                        .add(part.name()));
    }

    /** The part can never be started, and so is no provider to choose from. */
    void giveUp(Part part) {
        for (String service : part.spec.provides()) {
            Set<String> names = providers.get(service);
            if (names != null) {
                names.remove(part.name());
            }
        }
    }

    @Override
    public Optional<Set<String>> provides(String child) {
        return Optional.ofNullable(parts.get(child)).map(part -> part.spec.provides());
    }

    @Override
    public Collection<String> providers(String service) {
        return providers.getOrDefault(service, Set.of());
    }

    /** For messages. */
    String name() {
        return self == null ? "core" : "‘" + self.path + "’";
    }
}
