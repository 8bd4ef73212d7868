"""Where trainable variables get their first values: each is shown once, and may be replaced there.

In a session that is the first run after which a variable can be read; eagerly, its making.
"""

import sys

from . import calls, imports

# Runs after which a session's variables count as set: most programs initialise in the first.
_RUNS = 50


class _Sessions(object):
    """Shows the trainable variables of each session once they are initialised."""

    def __init__(self, visit):
        self.visit = visit

    def after_run(self, run, session):
        state = session.__dict__.setdefault("_tfshift_initial", {"runs": 0, "names": set()})
        if state["runs"] >= _RUNS:
            return
        state["runs"] += 1
        todo = []
        for variable in session.graph.get_collection("trainable_variables"):
            if variable.name in state["names"]:
                continue
            try:
                todo.append((variable, run(session, variable)))
            except Exception:  # not initialised yet
                continue
            state["names"].add(variable.name)
        given = self.visit([(variable.name, value) for variable, value in todo])
        for (variable, _), value in zip(todo, given):
            if value is not None:
                # Through what the graph has: it may be final.
                run(session, variable.initializer, {variable.initializer.inputs[1]: value})


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
                    calls.safely("initial values", sessions.after_run, original, self)
                finally:
                    inside.pop()
            return result

        # Not marked as watched: the recorder watches what it finds, this included.
        run.__doc__ = original.__doc__
        owner.run = run

    return imported


def _variables(visit):
    """Show variables that are made eagerly, right after they have been made."""

    def imported(module):
        owner = module.ResourceVariable
        original = owner.__init__

        def begin(self, *args, **kwargs):
            original(self, *args, **kwargs)
            calls.safely("initial values", show, self)

        def show(variable):
            context = sys.modules["tensorflow.python.eager.context"]
            if not context.executing_eagerly() or not variable.trainable:
                return
            (value,) = visit([(variable.name, variable.numpy())])
            if value is not None:
                variable.assign(value)

        begin.__doc__ = original.__doc__
        owner.__init__ = begin

    return imported


def prepare(visit):
    """Watch where variables get their first values.

    Args:
        visit: called with a list of (name, array); returns a list of arrays to put in their places,
            None for each that stays.
    """
    imports.after("tensorflow.python.client.session", _session(_Sessions(visit)))
    imports.after("tensorflow.python.ops.resource_variable_ops", _variables(visit))
