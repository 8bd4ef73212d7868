"""Estimators: the last loss of train, the metrics of evaluate, the items that predict yields."""

import sys
import time

from . import calls, imports, stream, values, watch_exports

_LAST_LOSS = {}
_EXPORTS = (
    "export_savedmodel",
    "export_saved_model",
    "experimental_export_all_saved_models",
    "export_all_saved_models",
)


def _trained(result, args, kwargs):
    _LAST_LOSS[id(args[0])] = result


def _train(result, seconds, args, kwargs):
    loss = _LAST_LOSS.pop(id(args[0]), None)
    updates = kwargs.get("steps") or kwargs.get("max_steps") or 1
    value = None if loss is None else {"loss": loss}
    stream.step("estimator.train", "", values.outputs_of(value), seconds, int(updates))


def _evaluate(result, seconds, args, kwargs):
    stream.step("estimator.evaluate", "", values.outputs_of(result), seconds)


def _items(generator):
    while True:
        calls.enter()
        started = time.time()
        try:
            item = next(generator)
        except StopIteration:
            return
        finally:
            calls.leave()
        calls.safely("predict", _item, item, time.time() - started)
        yield item


def _item(item, seconds):
    stream.step("estimator.predict", "", values.outputs_of(item), seconds)


def _watch_predict(owner):
    original = calls.current(owner, "predict")
    if original is None:
        return

    def predict(*args, **kwargs):
        result = original(*args, **kwargs)
        if calls.depth() or not hasattr(result, "__next__" if sys.version_info[0] > 2 else "next"):
            return result
        return _items(result)

    calls.put(owner, "predict", original, predict)


def _exported(result, args, kwargs):
    watch_exports.note(result, "estimator")


def _estimators(module):
    for name in ("Estimator", "BaseEstimator", "EstimatorV2"):
        owner = vars(module).get(name)
        if not isinstance(owner, type):
            continue
        calls.listen(owner, "_train_model", _trained)
        calls.watch(owner, "train", _train, users_only=False)
        calls.watch(owner, "fit", _train, users_only=False)
        calls.watch(owner, "evaluate", _evaluate, users_only=False)
        _watch_predict(owner)
        for method in _EXPORTS:
            calls.listen(owner, method, _exported)


def prepare():
    """Watch the modules that define estimators."""
    imports.after("tensorflow_estimator.python.estimator.estimator", _estimators)
    imports.after("tensorflow.python.estimator.estimator", _estimators)
    # The module that is written into projects in place of these.
    imports.after("tfshift_estimators_v1", _estimators)
    imports.after("tensorflow.contrib.learn.python.learn.estimators.estimator", _estimators)
