"""What a program looks at itself: elements of datasets that it walks over, and eager results."""

from . import calls, imports, stream, values

_ITERATORS = ("OwnedIterator", "IteratorV2", "EagerIterator")


def _element(result, seconds, args, kwargs):
    stream.step("data", "", values.outputs_of(result), seconds)


def _number(result, seconds, args, kwargs):
    stream.step("eager", "", values.outputs_of(result), seconds)


def _iterators(module):
    for name in _ITERATORS:
        owner = vars(module).get(name)
        if isinstance(owner, type):
            calls.watch(owner, "__next__", _element)


def _datasets(module):
    owner = vars(module).get("_NumpyIterator") or vars(module).get("NumpyIterator")
    if isinstance(owner, type):
        calls.watch(owner, "__next__", _element)


def _tensors(module):
    owner = vars(module).get("_EagerTensorBase")
    if isinstance(owner, type):
        calls.watch(owner, "numpy", _number)


def prepare():
    """Watch the modules that define iterators and eager tensors."""
    imports.after("tensorflow.python.data.ops.iterator_ops", _iterators)
    imports.after("tensorflow.python.data.ops.dataset_ops", _datasets)
    imports.after("tensorflow.python.framework.ops", _tensors)
