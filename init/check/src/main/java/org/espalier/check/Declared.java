package org.espalier.check;

import java.util.List;
import java.util.Optional;

/**
 * What a manifest says of a component with a particular configuration.
 *
 * @param isCertain whether that is all; not so when the configuration matters and is not known
 */
record Declared(List<Provision> provides, List<Need> needs, Optional<Hosting> hosts, boolean isCertain) {
    static final Declared NOTHING = new Declared(List.of(), List.of(), Optional.empty(), false);

    Optional<Provision> provision(String service) {
        return provides.stream()
                .filter(provision -> provision.service().equals(service))
                .findFirst();
    }
}
