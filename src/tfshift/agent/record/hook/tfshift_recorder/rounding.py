"""Move initial values by some roundings: what comes of it is how exact the program can be at all.

Another release adds up in another order. Where training carries such a difference far, so it does
these: the spread between two runs of one release, one of them moved, is the program's own noise.
"""

import sys

from . import calls, imports, stream

# Runs after which a session's variables count as set: most programs initialise in the first.
_RUNS = 50


def _moved(value, size, random):
    """Return an array with each element moved by up to ``size`` of itself; None if it has none."""
    import numpy

    value = numpy.asarray(value)
    if value.dtype.kind != "f" or not value.any():
        return None
    with numpy.errstate(all="ignore"):
        factor = 1 + size * random.uniform(-1, 1, value.shape)
        return (value * factor).astype(value.dtype)


def _generator():
    import numpy

    return numpy.random.RandomState(20200101)


class _Sessions(object):
    """Moves the trainable variables of each session once they are initialised."""

    def __init__(self, size):
        self.size = size
        self.random = None

    def after_run(self, run, session):
        state = session.__dict__.setdefault("_tfshift_moved", {"runs": 0, "names": set()})
        if state["runs"] >= _RUNS:
            return
        state["runs"] += 1
        self.random = self.random or _generator()
        for variable in session.graph.get_collection("trainable_variables"):
            if variable.name not in state["names"] and self._move(run, session, variable):
                state["names"].add(variable.name)

    def _move(self, run, session, variable):
        """Read and write through what the graph has: it may be final."""
        try:
            value = _moved(run(session, variable), self.size, self.random)
        except Exception:
            return False  # not initialised yet
        if value is not None:
            run(session, variable.initializer, {variable.initializer.inputs[1]: value})
            stream.note("initial values were moved by %g of themselves" % self.size, "rounding")
        return True


def _session(sessions):
    def imported(module):
        owner = module.BaseSession
        original = calls.current(owner, "run")
        if original is None:
            return
        inside = []

        def run(self, *args, **kwargs):
            result = original(self, *args, **kwargs)
            if not inside:
                inside.append(1)
                try:
                    calls.safely("rounding", sessions.after_run, original, self)
                finally:
                    inside.pop()
            return result

        # Not marked as watched: the recorder watches what it finds, this included.
        run.__doc__ = original.__doc__
        owner.run = run

    return imported


def _variables(size):
    """Move variables that are made eagerly, right after they have been made."""

    def imported(module):
        owner = module.ResourceVariable
        original = owner.__init__
        random = []

        def begin(self, *args, **kwargs):
            original(self, *args, **kwargs)
            calls.safely("rounding", move, self)

        def move(variable):
            context = sys.modules["tensorflow.python.eager.context"]
            if not context.executing_eagerly() or not variable.trainable:
                return
            if not random:
                random.append(_generator())
            value = _moved(variable.numpy(), size, random[0])
            if value is not None:
                variable.assign(value)
                stream.note("initial values were moved by %g of themselves" % size, "rounding")

        begin.__doc__ = original.__doc__
        owner.__init__ = begin

    return imported


def prepare(size):
    """Watch where variables get their first values.

    Args:
        size: by how much of itself each element of a trainable variable may move.
    """
    imports.after("tensorflow.python.client.session", _session(_Sessions(size)))
    imports.after("tensorflow.python.ops.resource_variable_ops", _variables(size))
