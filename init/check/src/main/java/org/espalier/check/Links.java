package org.espalier.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.config.Position;

/** Who waits for whom, at the start and while it serves. Belongs to one check. */
final class Links {
    private record Link(String service, Position position) {}

    private record Serving(Part server, String service) {}

    private final List<Part> parts;
    private final List<Map<Integer, Link>> atStart = new ArrayList<>();
    private final Map<Serving, Integer> numbers = new LinkedHashMap<>();
    private final List<Serving> servings = new ArrayList<>();
    private final List<Set<Integer>> whileServing = new ArrayList<>();

    Links(List<Part> parts) {
        this.parts = parts;
        parts.forEach(part -> atStart.add(new LinkedHashMap<>()));
    }

    /** At its start {@code client} waits until {@code server} has announced the service. */
    void atStart(Part client, Part server, String service, Position position) {
        atStart.get(client.number).putIfAbsent(server.number, new Link(service, position));
    }

    /** To serve {@code service}, {@code server} calls {@code other} at its service {@code called}. */
    void whileServing(Part server, String service, Part other, String called) {
        whileServing.get(number(new Serving(server, service))).add(number(new Serving(other, called)));
    }

    private int number(Serving serving) {
        return numbers.computeIfAbsent(serving, added -> {
            servings.add(added);
            whileServing.add(new LinkedHashSet<>());
            return servings.size() - 1;
        });
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        Set<Set<Part>> told = new LinkedHashSet<>();
        for (List<Integer> circle : Cycles.of(atStart.stream().map(Map::keySet).toList())) {
            told.add(new LinkedHashSet<>(circle.stream().map(parts::get).toList()));
            findings.add(startCycle(circle));
        }
        for (List<Integer> circle : Cycles.of(whileServing)) {
            List<Serving> members = circle.stream().map(servings::get).toList();
            // One that already waits for itself at the start never gets as far as serving.
            if (!told.contains(
                    new LinkedHashSet<>(members.stream().map(Serving::server).toList()))) {
                findings.add(circle(members));
            }
        }
        return findings;
    }

    private Finding startCycle(List<Integer> circle) {
        List<String> waits = new ArrayList<>();
        Position first = Position.GENERATED;
        for (int i = 0; i < circle.size(); i++) {
            Part client = parts.get(circle.get(i));
            Integer server = circle.get((i + 1) % circle.size());
            Link link = atStart.get(client.number).get(server);
            if (link == null) {
                throw new IllegalStateException("‘" + client + "’ is on a circle and waits for nobody on it.");
            }
            if (i == 0) {
                first = link.position();
            }
            waits.add("‘" + client.path + "’ needs " + link.service() + " of ‘" + parts.get(server).path + "’ ("
                    + link.position() + ")");
        }
        String who = circle.size() == 1
                ? "‘" + parts.get(circle.getFirst()).path + "’ waits for itself at its start: "
                : circle.size() + " components wait for one another at their start: ";
        return new Finding(
                Finding.Kind.START_CYCLE,
                first,
                who + String.join(", ", waits),
                circle.stream().map(number -> parts.get(number).path).toList());
    }

    private static Finding circle(List<Serving> members) {
        String way = String.join(
                ", then ",
                members.stream()
                        .map(serving -> serving.service() + " of ‘" + serving.server().path + "’")
                        .toList());
        return new Finding(
                Finding.Kind.CIRCLE,
                members.getFirst().server().spec.position(),
                "a call comes back to the server that is busy with it: " + way + ", then "
                        + members.getFirst().service() + " of ‘"
                        + members.getFirst().server().path + "’ again",
                members.stream()
                        .map(serving -> serving.server().path)
                        .distinct()
                        .toList());
    }
}
