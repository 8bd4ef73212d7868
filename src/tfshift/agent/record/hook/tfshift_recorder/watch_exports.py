"""SavedModels that the command writes: where they lie, to be run after it has ended."""

import os

from . import calls, imports, stream


def note(path, kind):
    """Note that a SavedModel was written to ``path`` (str, bytes, path, or a mapping of them)."""
    if hasattr(path, "values"):
        for one in path.values():
            note(one, kind)
        return
    if path:
        stream.write({"t": "export", "path": stream.absolute(path), "kind": kind})


def _built(result, args, kwargs):
    path = getattr(args[0], "_export_dir", None)
    note(path or os.path.dirname(result), "builder")


def _saved(result, args, kwargs):
    note(kwargs["export_dir"] if "export_dir" in kwargs else args[1], "saved_model.save")


def _builders(module):
    for name in ("SavedModelBuilder", "_SavedModelBuilder"):
        owner = vars(module).get(name)
        if isinstance(owner, type):
            calls.listen(owner, "save", _built)


def _savers(module):
    calls.listen(module, "save", _saved)
    calls.listen(module, "save_and_return_nodes", _saved)


def prepare():
    """Watch the modules that write SavedModels."""
    imports.after("tensorflow.python.saved_model.builder_impl", _builders)
    imports.after("tensorflow.python.saved_model.save", _savers)
