"""Keras models of every age: what fit, evaluate, predict and the batch methods return."""

import math

from . import calls, imports, lineage, seeding_keras, stream, values

# Old releases call the accuracy "acc" in logs; later ones spell it out.
_SAME = {"acc": "accuracy", "val_acc": "val_accuracy", "lr": "learning_rate"}
_CLASSES = ("Model", "Sequential", "TensorFlowTrainer", "Trainer")
_FIT = ("fit", "fit_generator")
_PLAIN = ("evaluate", "predict", "train_on_batch", "test_on_batch", "predict_on_batch")


def _steps_per_epoch(parameters):
    steps = parameters.get("steps")
    if not steps and parameters.get("samples"):
        steps = math.ceil(parameters["samples"] / float(parameters.get("batch_size") or 32))
    return int(steps or 1)


def _fit(result, seconds, args, kwargs):
    import numpy

    history = getattr(result, "history", None) or {}
    value = {
        _SAME.get(name, name): numpy.asarray([float(item) for item in series], "float32")
        for name, series in history.items()
    }
    lineage.layers(args[0])
    parameters = getattr(result, "params", None) or {}
    updates = len(getattr(result, "epoch", ())) * _steps_per_epoch(parameters)
    stream.step("keras.fit", "", values.outputs_of(value), seconds, updates)


def _single(value):
    """Keras computes in single precision, whatever type it hands its metrics out as."""
    import numpy

    if isinstance(value, float):
        return numpy.float32(value)
    if isinstance(value, dict):
        return {_SAME.get(key, key): _single(item) for key, item in value.items()}
    return [_single(item) for item in value] if isinstance(value, list) else value


def _plain(method):
    def handler(result, seconds, args, kwargs):
        updates = 1 if method == "train_on_batch" else 0
        lineage.layers(args[0])
        stream.step("keras." + method, "", values.outputs_of(_single(result)), seconds, updates)

    return handler


def _models(module):
    for name in _CLASSES:
        owner = vars(module).get(name)
        if not isinstance(owner, type):
            continue
        for method in _FIT:
            calls.watch(owner, method, _fit, users_only=False, before=seeding_keras.new_fit)
        for method in _PLAIN:
            calls.watch(owner, method, _plain(method), users_only=False)
            calls.watch(
                owner,
                method + "_generator",
                _plain(method),
                users_only=False,
            )


def prepare():
    """Watch the modules that define models in tf.keras, Keras 2, tf_keras and Keras 3."""
    for name in ("engine.training", "engine.training_v1", "engine.sequential", "models"):
        imports.after("keras:" + name, _models)
    imports.after("keras:backend.tensorflow.trainer", _models)
