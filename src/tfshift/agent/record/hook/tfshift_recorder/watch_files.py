"""Checkpoints and summaries that the command writes: where they lie, to be read after it has ended."""

from . import calls, imports, stream


def _note(path, kind):
    if hasattr(path, "numpy"):
        path = path.numpy()
    if path:
        stream.write({"t": "file", "path": stream.absolute(path), "kind": kind})


def _saved(result, args, kwargs):
    # What saves says where; a saver that writes in a graph of its own gives a tensor.
    _note(result, "checkpoint")


def _saver(module):
    owner = vars(module).get("Saver")
    if isinstance(owner, type):
        calls.listen(owner, "save", _saved)


def _trackable(module):
    for name in ("Checkpoint", "CheckpointV1"):
        owner = vars(module).get(name)
        if isinstance(owner, type):
            for method in ("save", "write"):
                calls.listen(owner, method, _saved)


def _written(result, args, kwargs):
    _note(kwargs["logdir"] if "logdir" in kwargs else args[1], "summaries")


def _writers(module):
    owner = vars(module).get("FileWriter")
    if isinstance(owner, type):
        calls.listen(owner, "__init__", _written)


def _made(result, args, kwargs):
    _note(kwargs["logdir"] if "logdir" in kwargs else args[0], "summaries")


def _second(module):
    calls.listen(module, "create_file_writer", _made)
    calls.listen(module, "create_file_writer_v2", _made)


def prepare():
    """Watch the modules that write checkpoints and event files."""
    imports.after("tensorflow.python.training.saver", _saver)
    imports.after("tensorflow.python.training.tracking.util", _trackable)
    imports.after("tensorflow.python.training.checkpointable.util", _trackable)
    imports.after("tensorflow.python.checkpoint.checkpoint", _trackable)
    imports.after("tensorflow.python.summary.writer.writer", _writers)
    imports.after("tensorflow.python.ops.summary_ops_v2", _second)
