package org.espalier.tests.hostile;

import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Failure;
import org.espalier.base.Result;
import org.espalier.base.Root;

/** Serves {@link Probe}. */
final class Server implements Probe {
    static Root<Probe> root() {
        return request -> new Root.Creation.Created<>(new Server());
    }

    @Override
    public Result<Integer> add(int a, int b) {
        return Result.ok(a + b);
    }

    @Override
    public Result<String> echo(String text) {
        return Result.ok(text);
    }

    @Override
    public Result<Integer> use(Capability<Probe> capability) {
        Result<Integer> sum = capability.isValid()
                ? ProbeRpc.TYPE.stub(capability).add(40, 2)
                : Result.failed(Failure.INVALID_CAPABILITY);
        capability.release();
        return sum;
    }

    @Override
    public Result<Integer> relay(Capability<Probe> other, Capability<Probe> self, int depth) {
        Result<Integer> deeper = ProbeRpc.TYPE.stub(other).relay(self, other, depth + 1);
        other.release();
        self.release();
        return deeper.isOk() ? deeper : Result.ok(depth);
    }

    @Override
    public Result<Done> keep(Capability<Probe> capability) {
        return Result.done();
    }
}
