"""Random numbers as graphs of TensorFlow 1.x draw them: every operation has a stream of its own.

Operations that run eagerly share streams, and two functions that hold the same lines have two.
"""

import tensorflow as tf

# Whether operations draw by the places that they had in a graph. A recording that compares two
# sides lets both draw by one constant instead.
places = True
_made = []


def generator(seed=None, place=None):
    """Return a generator that draws what one operation with this seed draws in a graph.

    Without a seed of its own an operation draws by its place: the two seeds that it had of it.
    """
    if place is not None and places:
        return _begun(place[0], place[1])

    @tf.function
    def operation():
        # Without a seed of its own, an operation's place among others is its seed.
        for _ in _made if seed is None else ():
            tf.random.uniform([])
        return tf.random.uniform([], seed=seed)

    made = operation.get_concrete_function().graph.get_operations()
    drawing = [op for op in made if op.type == "RandomUniform"][-1]
    _made.append(seed)
    graph_seed, operation_seed = drawing.get_attr("seed"), drawing.get_attr("seed2")
    if graph_seed == 0 and operation_seed == 0:
        return _kind().from_non_deterministic_state()
    return _begun(graph_seed, operation_seed)


def _kind():
    return getattr(tf.random, "Generator", None) or tf.random.experimental.Generator


def _begun(graph_seed, operation_seed):
    beginning = [0, operation_seed, graph_seed]
    stream = _kind().from_state(beginning, alg=1)
    stream.beginning = beginning
    return stream


def restart(stream):
    """Let a generator draw once more what it has drawn, as in a new session."""
    if hasattr(stream, "beginning"):
        stream.reset(stream.beginning)


def dropout(x, stream, rate=0.5, noise_shape=None, training=True):
    """Set a share of the elements to 0 and scale the others, while training."""
    x = tf.convert_to_tensor(x)

    def dropped():
        drop = tf.cast(rate, x.dtype)
        shape = tf.shape(x) if noise_shape is None else noise_shape
        kept = stream.uniform(shape, dtype=x.dtype) >= drop
        return x * (1 / (1 - drop)) * tf.cast(kept, x.dtype)

    if not tf.is_tensor(training):
        return dropped() if training else x
    return tf.cond(training, dropped, lambda: tf.identity(x))


class _Initializer(object):
    """Gives the initial values of a variable, called with its shape."""

    def __init__(self, seed, place, draw):
        self._seed, self._place, self._draw = seed, place, draw

    def __call__(self, shape, dtype=tf.float32, **_):
        stream = generator(self._seed, self._place)
        return self._draw(stream, [int(size) for size in shape], tf.as_dtype(dtype or tf.float32))

    def at(self, place):
        """Return one that draws by the place that an operation had in a graph, if it has no seed."""
        return self if self._seed is not None else _Initializer(None, place, self._draw)


def normal(mean=0.0, stddev=1.0, seed=None, place=None):
    """Return an initialiser that draws from a normal distribution."""
    return _Initializer(
        seed, place, lambda stream, shape, dtype: stream.normal(shape, mean, stddev, dtype)
    )


def truncated_normal(mean=0.0, stddev=1.0, seed=None, place=None):
    """Return an initialiser that draws from a normal distribution, two deviations at most."""
    return _Initializer(
        seed,
        place,
        lambda stream, shape, dtype: stream.truncated_normal(shape, mean, stddev, dtype),
    )


def uniform(minval=0, maxval=None, seed=None, place=None):
    """Return an initialiser that draws from a uniform distribution."""
    return _Initializer(
        seed, place, lambda stream, shape, dtype: stream.uniform(shape, minval, maxval, dtype)
    )


def _fans(shape):
    if len(shape) < 2:
        return (shape or [1])[0], (shape or [1])[0]
    field = 1
    for size in shape[:-2]:
        field *= size
    return shape[-2] * field, shape[-1] * field


def variance_scaling(
    scale=1.0, mode="fan_in", distribution="truncated_normal", seed=None, place=None
):
    """Return an initialiser whose variance depends on how much goes in and out."""

    def draw(stream, shape, dtype):
        fan_in, fan_out = _fans(shape)
        fans = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2.0}
        variance = scale / max(1.0, fans[mode])
        if distribution == "uniform":
            limit = (3.0 * variance) ** 0.5
            return stream.uniform(shape, -limit, limit, dtype)
        if distribution == "untruncated_normal":
            return stream.normal(shape, 0.0, variance**0.5, dtype)
        # What is cut off at two deviations is made up for.
        stddev = variance**0.5 / 0.87962566103423978
        return stream.truncated_normal(shape, 0.0, stddev, dtype)

    return _Initializer(seed, place, draw)


def contrib_variance_scaling(factor=2.0, mode="FAN_IN", uniform=False, seed=None, place=None):
    """Return the initialiser of tf.contrib.layers, which is wider than that of TensorFlow itself."""

    def draw(stream, shape, dtype):
        fan_in, fan_out = _fans(shape)
        fans = {"FAN_IN": fan_in, "FAN_OUT": fan_out, "FAN_AVG": (fan_in + fan_out) / 2.0}
        variance = factor / fans[mode]
        if uniform:
            limit = (3.0 * variance) ** 0.5
            return stream.uniform(shape, -limit, limit, dtype)
        # There what is cut off at two deviations is made up for by this.
        return stream.truncated_normal(shape, 0.0, (1.3 * variance) ** 0.5, dtype)

    return _Initializer(seed, place, draw)


def glorot_uniform(seed=None, place=None):
    """Return the initialiser that variables and layers of 1.x have where none is given."""
    return variance_scaling(1.0, "fan_avg", "uniform", seed, place)


def glorot_normal(seed=None, place=None):
    """Return Glorot's initialiser with a normal distribution."""
    return variance_scaling(1.0, "fan_avg", "truncated_normal", seed, place)
