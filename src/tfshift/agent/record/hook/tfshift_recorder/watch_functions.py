"""tf.function, concrete functions, restored signatures and predictors that the user calls."""

import sys

from . import calls, imports, stream, values

_CLASSES = ("Function", "ConcreteFunction", "PolymorphicFunction", "UndefinedFunction")
_MODULES = (
    "eager.def_function",
    "eager.function",
    "eager.polymorphic_function.polymorphic_function",
    "eager.polymorphic_function.monomorphic_function",
    "eager.polymorphic_function.concrete_function",
)


def _eager():
    context = sys.modules.get("tensorflow.python.eager.context")
    return context is not None and context.executing_eagerly()


def _function(result, seconds, args, kwargs):
    if not _eager():
        return
    updates = 1 if result is None else 0
    name = getattr(getattr(args[0], "python_function", None), "__name__", "")
    stream.step("function", name, values.outputs_of(result), seconds, updates)


def _functions(module):
    for name in _CLASSES:
        owner = vars(module).get(name)
        if isinstance(owner, type):
            calls.watch(owner, "__call__", _function)


def _predictor(result, seconds, args, kwargs):
    stream.step("predictor", "", values.outputs_of(result), seconds)


def _predictors(module):
    calls.watch(module.Predictor, "__call__", _predictor)


def prepare():
    """Watch the modules that define callable graphs."""
    for name in _MODULES:
        imports.after("tensorflow.python." + name, _functions)
    imports.after("tensorflow.contrib.predictor.predictor", _predictors)
