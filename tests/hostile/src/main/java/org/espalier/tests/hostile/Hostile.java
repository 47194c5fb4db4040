package org.espalier.tests.hostile;

import org.espalier.base.AttachedRom;
import org.espalier.base.Capability;
import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.base.SignalContext;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;

/** Does what its configuration says. */
public final class Hostile implements Component {
    @Override
    public void construct(Env env) {
        AttachedRom config = env.rom("config");
        Node node = read(config);
        switch (node.string("act", "")) {
            case "nothing" -> {}
            case "exit" -> env.exit((int) number(node, "value"));
            case "fault" -> throw new IllegalStateException("told to\n[core] fail");
            case "serve" -> env.announce(ProbeRpc.TYPE, Server.root()).orThrow("Announcing");
            case "serve briefly" -> {
                env.announce(ProbeRpc.TYPE, Server.root()).orThrow("Announcing");
                // In its entrypoint, with which its objects end.
                Capability<SignalContext> end = env.ep()
                        .handler(count -> {
                            throw new IllegalStateException("told to end");
                        })
                        .orThrow("Creating a signal handler");
                later(env, () -> env.submit(end));
            }
            case "mute briefly" -> {
                later(env, () -> env.exit(0));
                env.announce(ProbeRpc.TYPE, request -> {
                            env.ram().alloc(1L << 45);
                            return Server.root().create(request);
                        })
                        .orThrow("Announcing");
            }
            case "mute" ->
                env.announce(ProbeRpc.TYPE, request -> {
                            // Memory that nobody ever grants: the entrypoint waits for good.
                            env.ram().alloc(1L << 45);
                            return Server.root().create(request);
                        })
                        .orThrow("Announcing");
            case "bystander" -> Attacks.bystander(env);
            case "stress" -> {
                Stress stress = new Stress(env);
                config.onUpdate(env.ep(), count -> {
                            config.update();
                            stress.run(number(read(config), "sessions"));
                        })
                        .orThrow("Watching the configuration");
                stress.run(number(node, "sessions"));
            }
            case "crowd" -> Stress.crowd(env, (int) number(node, "threads"), number(node, "sessions"));
            case "offer" -> env.announce(ProbeRpc.TYPE, Server.root());
            case "relay" -> {
                Attacks.connect(env);
                env.announce(ProbeRpc.TYPE, Server.root());
            }
            case "call on" -> Attacks.callOn(env);
            case "read only" -> Attacks.readOnly(env);
            case "connect" -> Attacks.connect(env);
            case "forge" -> Attacks.forge(env);
            case "oversize" -> Attacks.oversize(env);
            case "inject" -> Attacks.inject(env);
            case "announce" -> Attacks.announceWithControlCharacters(env);
            case "circle" -> Circle.join(env);
            case "drive" -> Circle.drive(env);
            case "recurse" -> Attacks.recurse(env);
            case "exhaust" -> Attacks.exhaust(env);
            case "loop" -> Loops.everywhere(env);
            case "hoard" -> Loops.hoard(env);
            case "flood sessions" -> Floods.sessions(env);
            case "flood objects" -> Floods.objects(env);
            case "flood signals" -> Floods.signals(env);
            case "flood memory" -> Floods.memory(env);
            case "flood keeper" -> Floods.keeper(env);
            default -> throw new IllegalArgumentException("No such act: " + node.string("act", ""));
        }
    }

    private static void later(Env env, Runnable end) {
        env.startThread("end", () -> {
                    Pause.of(500);
                    end.run();
                })
                .orThrow("Starting a thread");
    }

    private static long number(Node node, String attribute) {
        return Long.parseLong(node.string(attribute, "0"));
    }

    private static Node read(AttachedRom config) {
        return switch (ConfigReader.read("config", config.text())) {
            case ReadResult.Parsed parsed -> parsed.root();
            case ReadResult.Malformed malformed -> throw new IllegalStateException(malformed.toString());
        };
    }
}
