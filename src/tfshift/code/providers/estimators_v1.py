"""Estimators as tf.estimator of TensorFlow 1.x has them, as loops over datasets.

Written by tfshift into this project, because TensorFlow 2.16 and later have none. Model functions
run as functions of a batch. Checkpoints in the folder of a model have the names of 1.x: an old folder
is read, and trained on. You own this file.
"""

import copy
import inspect
import os
import tempfile
import time

import numpy as np
import tensorflow as tf
import tfshift_metrics_v1 as metrics_v1
import tfshift_models_v1 as models
import tfshift_savers_v1 as savers


class ModeKeys(object):
    """What a model function is called for."""

    TRAIN = "train"
    EVAL = "eval"
    PREDICT = "infer"


class RunConfig(object):
    """Where a model is kept, and how often it is written.

    Args:
        model_dir: the folder of the model; a new one of no name if it is None.
        tf_random_seed: the seed of each call.
        save_summary_steps: after how many steps summaries are written.
        save_checkpoints_steps: after how many steps a checkpoint is written, or None.
        save_checkpoints_secs: after how many seconds, where there is no number of steps.
        keep_checkpoint_max: how many checkpoints are kept.
        log_step_count_steps: after how many steps the loss is logged.
    """

    def __init__(
        self,
        model_dir=None,
        tf_random_seed=None,
        save_summary_steps=100,
        save_checkpoints_steps=None,
        save_checkpoints_secs=600,
        keep_checkpoint_max=5,
        log_step_count_steps=100,
    ):
        self.model_dir, self.tf_random_seed = model_dir, tf_random_seed
        self.save_summary_steps = save_summary_steps
        self.save_checkpoints_steps = save_checkpoints_steps
        self.save_checkpoints_secs = None if save_checkpoints_steps else save_checkpoints_secs
        self.keep_checkpoint_max = keep_checkpoint_max
        self.log_step_count_steps = log_step_count_steps

    def replace(self, **changed):
        """Return a configuration that is this one but for what is given."""
        other = copy.copy(self)
        for name, value in changed.items():
            setattr(other, name, value)
        return other


class EstimatorSpec(object):
    """What a model function gives."""

    def __init__(
        self,
        mode,
        predictions=None,
        loss=None,
        train_op=None,
        eval_metric_ops=None,
        export_outputs=None,
        training_hooks=None,
    ):
        self.mode, self.predictions, self.loss, self.train_op = mode, predictions, loss, train_op
        self.eval_metric_ops = eval_metric_ops or {}
        self.export_outputs = export_outputs
        self.training_hooks = list(training_hooks or ())


class LoggingTensorHook(object):
    """Logs values of a training while it runs.

    Args:
        tensors: name that is shown -> a tensor of the model function, or the name of one.
        every_n_iter: after how many steps.
        every_n_secs: after how many seconds.
    """

    def __init__(self, tensors, every_n_iter=None, every_n_secs=None):
        self.tensors = tensors if isinstance(tensors, dict) else {str(t): t for t in tensors}
        self._steps, self._seconds = every_n_iter, every_n_secs
        self._count, self._last = 0, None

    def wanted(self):
        """Tell whether the step that comes is one of those that are logged."""
        due = self._last is None
        if self._steps:
            due = self._count % self._steps == 0
        elif self._last is not None:
            due = time.time() - self._last >= self._seconds
        self._count += 1
        return due

    def log(self, values):
        """Log the values of a step."""
        now = time.time()
        passed = "" if self._last is None else " (%.3f sec)" % (now - self._last)
        self._last = now
        listed = ("%s = %s" % (name, values[name]) for name in self.tensors)
        tf.get_logger().info("%s%s", ", ".join(listed), passed)


class Estimator(object):
    """A model that a function builds, trained, evaluated and asked over datasets.

    Args:
        model_fn: gives an EstimatorSpec for features, labels, mode, params and config, of which it
            takes those that it names.
        model_dir: the folder of its checkpoints.
        config: a RunConfig.
        params: what the model function is given as its hyperparameters.
    """

    _slot_parts = ()

    def __init__(self, model_fn, model_dir=None, config=None, params=None):
        self._model_fn, self.params = model_fn, copy.deepcopy(params)
        self.config = config or RunConfig()
        self.model_dir = model_dir or self.config.model_dir or tempfile.mkdtemp()
        self.config = self.config.replace(model_dir=self.model_dir)
        self._held, self._written = {}, None
        self._saver = savers.Saver(self._held, self.config.keep_checkpoint_max)

    def latest_checkpoint(self):
        """Return the path of the last checkpoint, None where there is none."""
        return tf.train.latest_checkpoint(self.model_dir)

    def get_variable_names(self):
        """Return the names of what the last checkpoint holds, sorted."""
        return sorted(
            tf.train.load_checkpoint(self.latest_checkpoint()).get_variable_to_shape_map()
        )

    def get_variable_value(self, name):
        """Return what the last checkpoint holds under a name."""
        return tf.train.load_checkpoint(self.latest_checkpoint()).get_tensor(name)

    def train(self, input_fn, hooks=None, steps=None, max_steps=None, saving_listeners=None):
        """Train for a number of steps, up to a step, or as long as there are batches.

        Listeners are functions that are called after each checkpoint but the first and the last.
        """
        saved = self._saved(None)
        if max_steps is None or saved is None or _step(saved) < max_steps:
            self._train_model(input_fn, hooks or (), steps, max_steps, saving_listeners or ())
        else:
            tf.get_logger().info("Skipping training since max_steps has already saved.")
        return self

    def _train_model(self, input_fn, hooks, steps, max_steps, saving_listeners):
        store, dataset = self._begun(input_fn, ModeKeys.TRAIN, None)
        hooks, shown = list(hooks), []

        def step(*batch):
            del shown[:]
            spec = self._built(store, batch, ModeKeys.TRAIN)
            values = [tf.identity(spec.loss)]
            for hook in hooks + spec.training_hooks:
                for name, tensor in hook.tensors.items():
                    if not hasattr(tensor, "dtype"):
                        tensor = spec.loss.graph.get_tensor_by_name(_with_output(tensor))
                    shown.append((hook, name))
                    values.append(tf.identity(tensor))
            return values

        step = _traced(step, dataset)
        config, loss = self.config, None
        writer = tf.summary.create_file_writer(self.model_dir)
        written = time.time()
        self._checkpoint(store)
        for count, batch in enumerate(dataset):
            number = int(store.step)
            if count == steps or (max_steps is not None and number >= max_steps):
                break
            kept = bool(config.save_summary_steps) and count % config.save_summary_steps == 0
            with writer.as_default(), tf.summary.record_if(kept):
                values = step(*_parts(batch))
                with store.building():
                    models.scalar("loss", values[0])
            loss = float(values[0])
            if np.isnan(loss):
                raise RuntimeError("NaN loss during training.")
            _show(shown, values[1:])
            if config.log_step_count_steps and count % config.log_step_count_steps == 0:
                tf.get_logger().info("loss = %s, step = %d", loss, number)
            if self._due(int(store.step), written):
                self._checkpoint(store)
                written = time.time()
                for listener in saving_listeners:
                    listener()
        self._checkpoint(store)
        writer.flush()
        tf.get_logger().info("Loss for final step: %s.", loss)
        return loss

    def evaluate(self, input_fn, steps=None, hooks=None, checkpoint_path=None, name=None):
        """Return the metrics of a number of batches, or of all that there are, and the step."""
        store, dataset = self._begun(input_fn, ModeKeys.EVAL, checkpoint_path)
        metrics = {}

        def step(*batch):
            spec = self._built(store, batch, ModeKeys.EVAL)
            # A function may be traced more than once: the last time counts.
            with store.building():
                metrics["loss"] = metrics_v1.mean(spec.loss, name="mean_of_losses")
            metrics.update(spec.eval_metric_ops)
            return [tf.convert_to_tensor(metrics[key][1]) for key in sorted(metrics)]

        step = _traced(step, dataset)
        for batch in dataset.take(-1 if steps is None else steps):
            step(*_parts(batch))
        found = {key: metrics[key].result().numpy() for key in sorted(metrics)}
        found["global_step"] = store.step.numpy()
        folder = os.path.join(self.model_dir, "eval_" + name if name else "eval")
        with tf.summary.create_file_writer(folder).as_default(), store.building():
            for key in sorted(metrics):
                if np.ndim(found[key]) == 0:
                    models.scalar(key, found[key])
        listed = ("%s = %s" % (key, found[key]) for key in sorted(found))
        tf.get_logger().info("Saving dict for global step %d: %s", store.step, ", ".join(listed))
        return found

    def predict(
        self,
        input_fn,
        predict_keys=None,
        hooks=None,
        checkpoint_path=None,
        yield_single_examples=True,
    ):
        """Yield the predictions for each example, or for each batch."""
        store, dataset = self._begun(input_fn, ModeKeys.PREDICT, checkpoint_path)

        def step(*batch):
            predictions = self._built(store, batch[:1], ModeKeys.PREDICT).predictions
            if predict_keys and isinstance(predictions, dict):
                predictions = {k: v for k, v in predictions.items() if k in predict_keys}
            return predictions

        step = _traced(step, dataset)
        for batch in dataset:
            found = tf.nest.map_structure(lambda value: value.numpy(), step(*_parts(batch)))
            if not yield_single_examples:
                yield found
            elif isinstance(found, dict):
                for place in range(len(next(iter(found.values())))):
                    yield {key: value[place] for key, value in found.items()}
            else:
                for one in found:
                    yield one

    def _begun(self, input_fn, mode, checkpoint):
        """Return a store of variables that starts where a checkpoint ends, and the batches."""
        if self.config.tf_random_seed is not None:
            tf.random.set_seed(self.config.tf_random_seed)
        given = {"mode": mode, "params": self.params, "config": self.config}
        named = _parameters(input_fn)
        batches = input_fn(**{key: value for key, value in given.items() if key in named})
        store = models.Store(self._saved(checkpoint), self._slot_parts)
        return store, _dataset(batches, mode)

    def _saved(self, checkpoint):
        path = checkpoint or self.latest_checkpoint()
        return None if path is None else tf.train.load_checkpoint(path)

    def _built(self, store, batch, mode):
        """Return what the model function gives for a batch."""
        given = {"labels": batch[1] if len(batch) > 1 else None, "mode": mode}
        given.update(params=self.params, config=self.config)
        named = _parameters(self._model_fn)
        given = {key: value for key, value in given.items() if key in named}
        with store.building():
            return self._model_fn(batch[0], **given)

    def _due(self, step, written):
        steps, seconds = self.config.save_checkpoints_steps, self.config.save_checkpoints_secs
        if steps:
            return step % steps == 0
        return bool(seconds) and time.time() - written >= seconds

    def _checkpoint(self, store):
        """Write what the store holds as a checkpoint of its step, and name it as the latest."""
        step = int(store.step)
        if self._written == step:
            return
        self._held.clear()
        self._held.update(store.variables)
        self._saver.save(os.path.join(self.model_dir, "model.ckpt"), step)
        self._written = step


class TrainSpec(object):
    """What a model is trained on, and up to which step."""

    def __init__(self, input_fn, max_steps=None, hooks=None):
        self.input_fn, self.max_steps, self.hooks = input_fn, max_steps, hooks


class EvalSpec(object):
    """What a model is evaluated on, for how many batches, and how often at most."""

    def __init__(
        self, input_fn, steps=100, name=None, hooks=None, start_delay_secs=120, throttle_secs=600
    ):
        self.input_fn, self.steps, self.name, self.hooks = input_fn, steps, name, hooks
        self.throttle_secs = throttle_secs


def train_and_evaluate(estimator, train_spec, eval_spec):
    """Train, evaluating at checkpoints and at the end; return the last metrics, and no exports."""
    last = {}

    def evaluated():
        path = estimator.latest_checkpoint()
        found = estimator.evaluate(
            eval_spec.input_fn, eval_spec.steps, checkpoint_path=path, name=eval_spec.name
        )
        last.update(path=path, metrics=found, time=time.time())

    def evaluated_at_times():
        if not last or time.time() - last["time"] >= eval_spec.throttle_secs:
            evaluated()

    estimator.train(
        train_spec.input_fn,
        train_spec.hooks,
        max_steps=train_spec.max_steps,
        saving_listeners=[evaluated_at_times],
    )
    if not last or last["path"] != estimator.latest_checkpoint():
        evaluated()
    return last["metrics"], []


def numpy_input_fn(
    x, y=None, batch_size=128, num_epochs=1, shuffle=None, queue_capacity=1000, num_threads=1
):
    """Return a function that gives batches of arrays, over the ends of epochs, as a dataset."""
    if not isinstance(shuffle, bool):
        raise ValueError("shuffle must be provided and explicitly set as boolean")

    def input_fn():
        held = x if y is None else (x, y)
        dataset = tf.data.Dataset.from_tensor_slices(held)
        if shuffle:
            dataset = dataset.shuffle(queue_capacity)
        return dataset.repeat(num_epochs).batch(batch_size)

    return input_fn


def pandas_input_fn(
    x,
    y=None,
    batch_size=128,
    num_epochs=1,
    shuffle=None,
    queue_capacity=1000,
    num_threads=1,
    target_column="target",
):
    """Return a function that gives batches of a frame's columns as a dataset."""
    columns = {name: x[name].values for name in x.columns}
    labels = y
    if y is not None and hasattr(y, "columns"):
        labels = {name: y[name].values for name in y.columns}
    elif y is not None:
        labels = y.values
    return numpy_input_fn(columns, labels, batch_size, num_epochs, shuffle, queue_capacity)


def _step(saved):
    """Return the step of a checkpoint."""
    return int(saved.get_tensor("global_step"))


def _with_output(name):
    return name if ":" in name else name + ":0"


def _show(shown, values):
    """Give hooks the values of a step that they log."""
    held = {}
    for (hook, name), value in zip(shown, values):
        held.setdefault(id(hook), (hook, {}))[1][name] = value.numpy()
    for hook, found in held.values():
        if hook.wanted():
            hook.log(found)


def _parameters(function):
    """Return the names of a function's parameters, those of what is called in the end."""
    try:
        return list(inspect.signature(function).parameters)
    except AttributeError:
        return inspect.getargspec(function).args


def _dataset(batches, mode):
    """Return batches as a dataset; tensors are the same batch again and again."""
    if not isinstance(batches, tf.data.Dataset):
        batches = tf.data.Dataset.from_tensors(batches)
        return batches if mode == ModeKeys.PREDICT else batches.repeat()
    return batches


def _parts(batch):
    """Return features and labels of a batch that has both, else the features."""
    return batch if type(batch) is tuple else (batch,)


def _traced(step, dataset):
    """Return a step as a function of batches, its variables made."""
    function = tf.function(step, input_signature=_parts(dataset.element_spec))
    function.get_concrete_function()
    return function
