"""What probes are written in: fixed inputs, and a way to run things in every age of TensorFlow."""

import math

import numpy as np

_MOST = 24


class AbsentError(Exception):
    """A name of TensorFlow's that the release does not have."""


class Bench:
    """The names that probes use.

    Args:
        mode: ``native``, or ``compat`` for tensorflow.compat.v1 without the behaviour of TensorFlow 2.
    """

    def __init__(self, mode):
        import tensorflow as tf

        self.whole = tf
        if mode == "compat":
            import tensorflow.compat.v1 as tf

            tf.disable_v2_behavior()
        self.tf = tf
        self._begun, self._local = [], False
        self.eager = bool(getattr(tf, "executing_eagerly", lambda: False)())
        self.v1 = tf if not self.eager else tf.compat.v1
        r = np.random.RandomState(7)
        f = np.float32
        image = r.uniform(0, 1, (1, 4, 4, 3)).astype(f)
        self.names = {
            "tf": tf, "np": np, "math": math,
            "X": np.array([[-1.5, -0.2, 0.7], [0.3, 2.2, -0.9], [1.1, 0.5, -2.4], [0.1, -0.6, 1.3]], f),
            "X1": np.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5], f),
            "POS": np.array([[0.1, 1.7, 0.4], [2.3, 0.9, 3.1]], f),
            "Y": np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]], f),
            "P": np.array([[0.2, 0.7, 0.1], [0.5, 0.3, 0.2], [0.1, 0.3, 0.6], [0.6, 0.3, 0.1]], f),
            "B": np.array([[0, 1, 1], [1, 0, 1], [0, 0, 1], [1, 1, 0]], f),
            "Q": np.array([[0.2, 0.7, 0.9], [0.5, 0.3, 0.2], [0.1, 0.6, 0.6], [0.6, 0.4, 0.1]], f),
            "I": np.array([1, 0, 2, 1], np.int32), "I64": np.array([1, 0, 2, 1], np.int64),
            "W": np.array([1.0, 0.5, 2.0, 0.0], f), "IMG": image, "IMG255": (image * 255).astype(np.uint8),
            "SEQ": r.uniform(-1, 1, (2, 5, 3)).astype(f), "IDS": np.array([[1, 2, 0], [3, 0, 0]], np.int32),
            "VOL": r.uniform(-1, 1, (1, 3, 4, 4, 2)).astype(f), "LINE": r.uniform(-1, 1, (1, 6, 2)).astype(f),
            "WORDS": np.array(["the cat", "a  Dog!", "", "cat"]), "SQ": np.array([[2.0, 0.5], [0.5, 1.0]], f),
            "NAN": np.array([1.0, float("nan"), -2.0], f), "INT": np.array([-7, -3, 3, 7], np.int32),
            "SEED": self.seed, "LAYER": self.layer, "WEIGHTS": self.weights, "INIT": self.initial,
            "METRIC": self.metric, "FIT": self.fit, "TRAIN": self.train, "DATA": self.data, "VAR": self.variable,
            "NAMES": self.layer_names, "GRAD": self.gradient, "MODEL": self.model, "HISTORY": self.history,
        }  # fmt: skip

    def find(self, path):
        """Return what the release has under a name.

        Raises:
            AbsentError: if it has none.
        """
        found = {"tf": self.tf}.get(path.split(".")[0])
        if found is None:
            found = __import__(path.split(".")[0])
        for name in path.split(".")[1:]:
            try:
                found = getattr(found, name)
            except Exception:
                raise AbsentError(path)
        return found

    def probe(self, expression):
        """Return what an expression gives: ``v`` its values, ``e`` its exception, ``a`` where absent."""
        try:
            value = self._value(expression)
            return {"v": plain(value)}
        except AbsentError:
            return {"a": 1}
        except Exception as error:
            return {"e": type(error).__name__, "m": " ".join(str(error).split())[:120]}

    def _value(self, expression):
        path, code = expression
        self.names["F"] = self.find(path)
        if self.eager:
            return self._run(eval(code, dict(self.names)))
        with self.v1.Graph().as_default(), self.v1.Session() as session:
            self.session = session
            # Another probe's graph was begun, not this one.
            self._begun, self._local = [], False
            backend = getattr(getattr(self.v1, "keras", None), "backend", None)
            if backend is not None:
                backend.set_session(session)
            return self._run(eval(code, dict(self.names)))

    def _run(self, value):
        """Bring tensors in any structure to arrays."""
        if isinstance(value, dict):
            keys = sorted(value)
            return [self._run(value[key]) for key in keys]
        if hasattr(value, "to_list") and hasattr(value, "row_splits"):
            return self._run([value.flat_values, value.row_splits])
        if hasattr(value, "dense_shape"):
            return self._run([value.indices, value.values, value.dense_shape])
        if isinstance(value, (list, tuple)) and not isinstance(value, np.ndarray):
            return [self._run(item) for item in value]
        if self.eager or not hasattr(value, "graph"):
            if hasattr(value, "numpy"):
                return value.numpy()
            return value
        self.start()
        return self.session.run(value)

    def start(self):
        """Initialise what has not been, once a graph."""
        v1 = self.v1
        for name in (
            "global_variables_initializer",
            "local_variables_initializer",
            "tables_initializer",
        ):
            todo = getattr(v1, name)()
            fresh = [v for v in v1.global_variables() if v not in self._begun]
            if name == "global_variables_initializer":
                if fresh:
                    self.session.run(v1.variables_initializer(fresh))
                self._begun = v1.global_variables()
            elif name != "local_variables_initializer" or not self._local:
                self.session.run(todo)
                self._local = True

    def seed(self, number):
        """Set the seed of the release's own random operations."""
        random = getattr(self.tf, "random", None)
        if self.eager and hasattr(random, "set_seed"):
            random.set_seed(number)
        else:
            self.v1.set_random_seed(number)
        return number

    def _filled(self, weights):
        """Give each weight values that depend on its shape alone."""
        return [0.5 * np.sin(1.0 + np.arange(w.size, dtype="float64")).reshape(w.shape).astype(w.dtype)
                for w in weights]  # fmt: skip

    def layer(self, layer, *inputs, **kwargs):
        """Call a layer with weights that do not depend on initialisers."""
        return self._called(layer, True, inputs, kwargs)

    def weights(self, layer, *inputs, **kwargs):
        """Return the shapes of a layer's weights, in order."""
        self._called(layer, False, inputs, kwargs)
        return [list(w.shape) for w in layer.get_weights()]

    def initial(self, layer, *inputs):
        """Return mean and spread of a layer's first weights, rounded: what its initialisers draw."""
        self._called(layer, False, inputs, {})
        return [[float(abs(w).max() > 1e-9), float(w.ndim)] for w in layer.get_weights()]

    def _called(self, layer, fill, inputs, kwargs):
        tensors = [self.tf.constant(i) if isinstance(i, np.ndarray) else i for i in inputs]
        given = tensors[0] if len(tensors) == 1 else tensors
        made = layer(given, **kwargs)
        if not self.eager:
            self.start()
        if fill and hasattr(layer, "get_weights") and layer.get_weights():
            layer.set_weights(self._filled(layer.get_weights()))
            if self.eager:
                made = layer(given, **kwargs)
        return made

    def metric(self, metric, y, p, **kwargs):
        """Update a metric of Keras twice and return its result."""
        t = self.tf.constant
        if self.eager:
            metric.update_state(t(y), t(p), **kwargs)
            metric.update_state(t(y), t(p), **kwargs)
            return metric.result()
        update = metric.update_state(t(y), t(p), **kwargs)
        result = metric.result()
        self.start()
        self.session.run([v.initializer for v in metric.variables])
        for _ in range(2):
            self.session.run(update)
        return self.session.run(result)

    def model(self, *layers, **kwargs):
        """Build a model of some layers over three numbers with fixed weights and compile it."""
        keras = self.tf.keras
        model = keras.Sequential([keras.layers.InputLayer((3,)), *layers]) if hasattr(keras, "Sequential") else (
            keras.models.Sequential(list(layers)))  # fmt: skip
        kwargs.setdefault("loss", "mse")
        kwargs.setdefault("optimizer", "sgd")
        model.compile(**kwargs)
        if model.get_weights():
            model.set_weights(self._filled(model.get_weights()))
        return model

    def fit(self, optimizer, steps=10, loss="mse", bias=False):
        """Train three weights for some steps and return them: what an optimizer does, without chance.

        With a bias there are two variables, so that what is clipped or scaled together shows.
        """
        dense = self.tf.keras.layers.Dense(1, use_bias=bias, input_shape=(3,))
        model = self.tf.keras.models.Sequential([dense])
        model.compile(optimizer=optimizer, loss=loss)
        model.set_weights(self._filled(model.get_weights()))
        # One epoch of the same batch again and again: beginning one takes as long as some steps.
        x = np.tile(self.names["X"], (steps, 1))
        y = np.tile(np.array([[1.0], [-1.0], [0.5], [0.0]], np.float32), (steps, 1))
        model.fit(x, y, epochs=1, batch_size=4, shuffle=False, verbose=0)
        return model.get_weights()

    def history(self, model, **kwargs):
        """Return the names that a training's history has."""
        x, y = self.names["X"], self.names["Y"]
        done = model.fit(x, y, epochs=1, batch_size=4, verbose=0, **kwargs)
        return sorted(str(k) for k in done.history)

    def train(self, optimizer, steps=10):
        """Minimise with an optimizer of TensorFlow 1 and return the variable."""
        tf, v1 = self.tf, self.v1
        if self.eager:
            raise TypeError("optimizers of TensorFlow 1 are run in graphs here")
        variable = v1.Variable(np.array([1.0, -2.0, 0.5], np.float32))
        loss = tf.reduce_sum(tf.square(variable - 0.3) * np.array([1.0, 0.1, 3.0], np.float32))
        step = optimizer.minimize(loss)
        self.session.run(v1.global_variables_initializer())
        self._begun = v1.global_variables()
        for _ in range(steps):
            self.session.run(step)
        return self.session.run(variable)

    def variable(self, value):
        """Make a variable."""
        return self.tf.Variable(value)

    def gradient(self, function, x):
        """Return the gradient of the sum of what a function gives."""
        x = self.tf.constant(x)
        if not self.eager:
            return self.v1.gradients(self.tf.reduce_sum(function(x)), x)[0]
        with self.tf.GradientTape() as tape:
            tape.watch(x)
            total = self.tf.reduce_sum(function(x))
        return tape.gradient(total, x)

    def data(self, dataset, most=12):
        """Return the first elements of a dataset."""
        found = []
        if self.eager:
            for element in dataset:
                found.append(self._run(element))
                if len(found) >= most:
                    break
            return found
        v1 = self.v1
        iterator = (
            dataset.make_one_shot_iterator()
            if hasattr(dataset, "make_one_shot_iterator")
            else v1.data.make_one_shot_iterator(dataset)
        )
        following = iterator.get_next()
        try:
            while len(found) < most:
                # At once: each run of a part would go on to the next element.
                found.append(self.session.run(following))
        except self.tf.errors.OutOfRangeError:
            pass
        return found

    def layer_names(self, *layers):
        """Return the names that layers are given."""
        return [layer.name for layer in layers]


def plain(value):
    """Spell a value as JSON: arrays as type, shape and numbers; long ones are cut and summed up."""
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value[:_MOST]]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        if array.dtype.kind in "OSU":
            flat = [plain(i.item() if hasattr(i, "item") else i) for i in array.ravel()[:_MOST]]
            return {"t": "string", "s": list(array.shape), "d": flat}
        if str(array.dtype) == "bfloat16":
            array = array.astype("float32")
        name = str(array.dtype)
        flat = array.ravel()
        if array.dtype.kind == "c":
            flat = np.stack([flat.real, flat.imag], 1).ravel()
        flat = flat.astype("float64")
        shown = [number(i) for i in flat[:_MOST]]
        if flat.size > _MOST:
            shown += [number(flat.sum()), number(np.abs(flat).sum())]
        return {"t": name, "s": list(array.shape), "d": shown}
    return type(value).__name__


def number(value):
    """Return seven digits; infinities and NaN by name."""
    value = float(value)
    if math.isnan(value) or math.isinf(value):
        return str(value)
    return float("%.7g" % value)
