"""Checkpoints as tf.train.Saver of TensorFlow 1.x writes and reads them, under the same keys.

There is no graph, so no ``.meta`` file is written. What optimizers keep is saved of those that are
given: Keras' own keep it otherwise.
"""

import os

import tensorflow as tf


class Saver(object):
    """Saves and restores variables, and layers that may not have made theirs yet.

    Args:
        variables: key in the checkpoint -> the variable, or the layer of whose variables it is the
            beginning.
        max_to_keep: how many checkpoints are kept; all if it is 0.
        optimizers: those of ``tfshift_optimizers_v1`` whose slots are saved as well.
    """

    def __init__(self, variables, max_to_keep=5, optimizers=()):
        self._variables = variables
        self._optimizers = optimizers
        self._max_to_keep = max_to_keep
        self._kept = []

    def save(self, save_path, global_step=None, write_meta_graph=True):
        """Write a checkpoint and name it as the latest; return its path."""
        path = save_path if global_step is None else "%s-%d" % (save_path, int(global_step))
        if os.path.dirname(path):
            tf.io.gfile.makedirs(os.path.dirname(path))
        found = list(self._all())
        found += [pair for key, held in found for pair in self._slots(key, held)]
        found += [pair for one in self._optimizers for pair in one.shared().items()]
        keys, values = zip(*((key, tf.convert_to_tensor(v)) for key, v in found))
        tf.raw_ops.SaveV2(
            prefix=path, tensor_names=keys, shape_and_slices=[""] * len(keys), tensors=values
        )
        self._kept = [p for p in self._kept if p != path] + [path]
        while self._max_to_keep and len(self._kept) > self._max_to_keep:
            for name in tf.io.gfile.glob(self._kept.pop(0) + ".*"):
                tf.io.gfile.remove(name)
        self._write_state(path)
        return path

    def restore(self, save_path):
        """Give the variables the values of a checkpoint."""
        reader = tf.train.load_checkpoint(save_path)
        for key, holder in self._variables.items():
            if not _parts(holder):
                holder.assign(reader.get_tensor(key))
            for name in _parts(holder):
                if reader.has_tensor(key + "/" + name):
                    _give(holder, name, reader.get_tensor(key + "/" + name))
        for optimizer in self._optimizers:
            # What is not made yet starts from what was saved when it is.
            optimizer.starts = lambda variable, name: self._saved(reader, variable, name)
            for key, held in optimizer.shared().items():
                held.assign(reader.get_tensor(key))
        for key, held in [pair for one in self._all() for pair in self._slots(*one)]:
            if reader.has_tensor(key):
                held.assign(reader.get_tensor(key))

    def _slots(self, key, held):
        variable = _plain(held)
        if not variable.trainable or not variable.dtype.is_floating:
            return
        for optimizer in self._optimizers:
            for (name, _), slot in zip(optimizer.SLOTS, optimizer.slots(variable)):
                yield key + "/" + name, slot

    def _saved(self, reader, variable, name):
        for key, held in self._all():
            if _plain(held) is variable and reader.has_tensor(key + "/" + name):
                return reader.get_tensor(key + "/" + name)
        return None

    def _all(self):
        for key, holder in self._variables.items():
            if not _parts(holder):
                yield key, holder
            for name in _parts(holder):
                if _part(holder, name) is not None:
                    yield key + "/" + name, _part(holder, name)

    def _write_state(self, path):
        folder = os.path.dirname(path)
        paths = [os.path.relpath(p, folder) if folder else p for p in self._kept]
        lines = ['model_checkpoint_path: "%s"' % paths[-1]]
        lines += ['all_model_checkpoint_paths: "%s"' % p for p in paths]
        with tf.io.gfile.GFile(os.path.join(folder, "checkpoint"), "w") as state:
            state.write("\n".join(lines) + "\n")


def _parts(holder):
    """Return the names of what a layer holds, by which its variables are called."""
    if isinstance(holder, tf.keras.layers.Layer):
        return ("kernel", "bias")
    return getattr(holder, "parts", ())


def _part(holder, name):
    """Return a variable of a layer or cell; None where it is not made yet."""
    return holder.part(name) if hasattr(holder, "part") else getattr(holder, name, None)


def _plain(variable):
    """Return TensorFlow's own variable of one that Keras holds."""
    return variable if isinstance(variable, tf.Variable) else variable.value


def _give(layer, name, value):
    if hasattr(layer, "part"):
        if layer.part(name) is None:
            layer.begin(name, value)
        else:
            layer.part(name).assign(value)
    elif layer.built:
        getattr(layer, name).assign(value)
    else:
        # It is made when the layer is first called, and starts from this then.
        setattr(layer, name + "_initializer", lambda shape, dtype=None, **_: tf.constant(value))
