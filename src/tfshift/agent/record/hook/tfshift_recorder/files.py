"""Read checkpoints and event files that a command wrote; runs in the process of ``models``."""

import glob
import os
import re

from . import stream, values

# Paces of a machine and how full its queues are, not results of a program.
_PACE = re.compile(
    r"(?:/sec|per_sec(?:ond)?|_time|seconds?)$|fraction_(?:of|over)_\d+|(?:^|/)queue/"
)
_LONGEST = 4096


def _reader(tf, path):
    if hasattr(tf.train, "load_checkpoint"):
        return tf.train.load_checkpoint(path)
    return tf.train.NewCheckpointReader(path)


def checkpoint(tf, found):
    """Record the numbers of a checkpoint.

    Args:
        tf: the version 1 names.
        found: {path, name}.
    """
    reader = _reader(tf, found["path"])
    kept = {}
    for key in sorted(reader.get_variable_to_shape_map()):
        value = reader.get_tensor(key)
        if getattr(value, "dtype", None) is not None and value.dtype.kind in "biufc":
            kept[key] = value
    labels = dict((key, "checkpoint:%s:%s" % (found["name"], key)) for key in kept)
    stream.step("checkpoint", found["name"], values.outputs_of(kept, labels), 0.0)


def _number(tf, value):
    """Return the number of a summary, or None where it is something else."""
    if value.WhichOneof("value") == "simple_value":
        return float(value.simple_value)
    if value.WhichOneof("value") != "tensor":
        return None
    make = getattr(tf, "make_ndarray", None) or tf.contrib.util.make_ndarray
    array = make(value.tensor)
    return float(array.reshape(-1)[0]) if array.dtype.kind in "biuf" and array.size == 1 else None


def summaries(tf, found):
    """Record the scalars of the event files in a folder, a series a tag.

    Args:
        tf: the version 1 names.
        found: {path, name, since}: files that were last written before are another run's.
    """
    import numpy

    series = {}
    for path in sorted(glob.glob(os.path.join(found["path"], "*.tfevents.*"))):
        if os.path.getmtime(path) < found["since"]:
            continue
        for event in tf.train.summary_iterator(path):
            for value in event.summary.value:
                number = _number(tf, value)
                if number is not None and not _PACE.search(value.tag):
                    series.setdefault(value.tag, []).append((event.step, number))
    kept = {}
    for tag in series:
        rows = [number for _, number in sorted(series[tag], key=lambda row: row[0])]
        kept[tag] = numpy.asarray(rows[:_LONGEST], "float32")
    if kept:
        labels = dict((tag, "summary:%s:%s" % (found["name"], tag)) for tag in kept)
        stream.step("summary", found["name"], values.outputs_of(kept, labels), 0.0)
