"""Sessions: run, eval and monitored ones, as the user calls them."""

import sys

from . import calls, imports, lineage, stream, values


def _labels(fetches, path=""):
    """Map the places in a structure of fetches to the names of the tensors."""
    if isinstance(fetches, dict):
        parts = fetches.items()
    elif isinstance(fetches, (list, tuple)):
        parts = zip(getattr(fetches, "_fields", None) or range(len(fetches)), fetches)
    else:
        name = fetches if isinstance(fetches, str) else getattr(fetches, "name", "")
        return {path or "0": str(name)}
    result = {}
    for key, item in parts:
        result.update(_labels(item, "%s/%s" % (path, key) if path else str(key)))
    return result


def _flat(fetches):
    if isinstance(fetches, dict):
        fetches = list(fetches.values())
    if isinstance(fetches, (list, tuple)):
        return [one for part in fetches for one in _flat(part)]
    return [fetches]


def _has_operation(fetches, value):
    if isinstance(fetches, dict):
        return any(_has_operation(fetches[key], value[key]) for key in fetches)
    if isinstance(fetches, (list, tuple)):
        return any(_has_operation(one, item) for one, item in zip(fetches, value))
    return value is None


def _run(result, seconds, args, kwargs):
    fetches = kwargs["fetches"] if "fetches" in kwargs else args[1]
    updates = 1 if _has_operation(fetches, result) else 0
    lineage.operations(_flat(fetches))
    lineage.feeds(kwargs["feed_dict"] if "feed_dict" in kwargs else (args[2:3] or (None,))[0])
    labels = _labels(fetches)
    stream.step("session.run", "", values.outputs_of(result, labels), seconds, updates)


def _eval(result, seconds, args, kwargs):
    lineage.operations(args[:1])
    labels = {"0": str(getattr(args[0], "name", ""))}
    stream.step("session.run", "", values.outputs_of(result, labels), seconds)


def _operation(result, seconds, args, kwargs):
    lineage.operations(args[:1])
    stream.step("session.run", "", values.outputs_of(None), seconds, 1)


def _step_function(result, seconds, args, kwargs):
    stream.step("session.run", "", values.outputs_of(result), seconds, 1)


def _session(module):
    calls.watch(module.BaseSession, "run", _run)
    calls.watch(module.BaseSession, "partial_run", _partial)
    _watch_callables(module.BaseSession)


def _watch_callables(owner):
    """Sessions hand out functions that run them: each is watched as ``run`` is."""
    original = calls.current(owner, "make_callable")
    if original is None:
        return

    def make_callable(self, fetches, *args, **kwargs):
        class Made(object):
            pass

        run = original(self, fetches, *args, **kwargs)
        made = Made()
        made.call = lambda *a, **k: run(*a, **k)
        if not calls.depth() and calls.is_users(sys._getframe(1)):
            calls.watch(made, "call", lambda result, seconds, a, k: _run(
                result, seconds, (self, fetches), {}))  # fmt: skip
        return made.call

    calls.put(owner, "make_callable", original, make_callable)


def _partial(result, seconds, args, kwargs):
    fetches = kwargs["fetches"] if "fetches" in kwargs else args[2]
    stream.step("session.run", "", values.outputs_of(result, _labels(fetches)), seconds)


def _monitored(module):
    for name in ("_MonitoredSession", "MonitoredSession", "SingularMonitoredSession"):
        if hasattr(module, name):
            calls.watch(getattr(module, name), "run", _run)
            calls.watch(getattr(module, name), "run_step_fn", _step_function)


def _ops(module):
    for name in ("Tensor", "_EagerTensorBase", "SymbolicTensor"):
        if hasattr(module, name):
            calls.watch(getattr(module, name), "eval", _eval)
    calls.watch(module.Operation, "run", _operation)


def _tensor(module):
    calls.watch(module.Tensor, "eval", _eval)


def _variables(module):
    for owner in list(vars(module).values()):
        if isinstance(owner, type) and "eval" in vars(owner) and "Variable" in owner.__name__:
            calls.watch(owner, "eval", _eval)


def prepare():
    """Watch the modules that define sessions, tensors and variables."""
    imports.after("tensorflow.python.client.session", _session)
    imports.after("tensorflow.python.training.monitored_session", _monitored)
    imports.after("tensorflow.python.framework.ops", _ops)
    imports.after("tensorflow.python.framework.tensor", _tensor)
    for name in ("variables", "resource_variable_ops", "ref_variable"):
        imports.after("tensorflow.python.ops." + name, _variables)
