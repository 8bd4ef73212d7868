"""Keras draws seeds and orders in its own ways in each release; here they become one way."""

import random

from . import imports, seeding, stream

_FIT = {"number": 0}


def new_fit():
    """Tell that a fit begins: the orders of its samples start anew."""
    _FIT["number"] += 1


class _Replaced(object):
    """A module with some attributes replaced; all others are its own."""

    def __init__(self, module, **replaced):
        self.__dict__.update(replaced, _module=module)

    def __getattr__(self, name):
        return getattr(self._module, name)


def _private(seed):
    """Return a NumPy generator that shares nothing with the user's."""
    import numpy

    return numpy.random.RandomState(seed % 2**32)


class _Shuffle(object):
    """``numpy.random.shuffle`` with streams of its own, the same in each fit.

    Some releases shuffle the validation data too, so every length has its own stream.
    """

    def __init__(self, seed):
        self._seed = seed
        self._fit = None
        self._streams = {}

    def __call__(self, array):
        if self._fit != _FIT["number"]:
            self._fit = _FIT["number"]
            self._streams = {}
        if array.ndim == 1:
            array.sort()  # some releases shuffle the last epoch's order, others the natural one
        if len(array) not in self._streams:
            self._streams[len(array)] = _private(self._seed)
        self._streams[len(array)].shuffle(array)


def _replace_numpy(module, **replaced):
    for name in ("np", "numpy"):
        numpy = getattr(module, name, None)
        if hasattr(numpy, "random"):
            setattr(module, name, _Replaced(numpy, random=_Replaced(numpy.random, **replaced)))


def _backend(seed):
    constant = seeding.operation_seed(seed)

    def imported(module):
        _replace_numpy(module, randint=lambda *args, **kwargs: constant)
        if getattr(module, "random", None) is random:
            module.random = random.Random(seed)
        if hasattr(module, "RandomGenerator"):
            _legacy_generator(module.RandomGenerator)

    return imported


def _legacy_generator(owner):
    """Make Keras 2.7 and later use the operations that all earlier releases used."""
    original = owner.__init__

    def begin(self, seed=None, rng_type=None, **kwargs):
        original(self, seed=seed)
        if hasattr(self, "_rng_type"):
            self._rng_type = "legacy_stateful"

    begin.__doc__ = original.__doc__
    owner.__init__ = begin
    seeding.start_fresh(owner, ("random_normal", "random_uniform", "truncated_normal"))
    stream.note("Keras initialisers use the operations of TensorFlow 1", "seeding")


def _numpy_orders(seed):
    def imported(module):
        _replace_numpy(module, shuffle=_Shuffle(seed))

    return imported


def _graph_shuffle(seed):
    """Return a ``tf.random.shuffle`` whose orders are those of the releases that used NumPy."""

    def shuffle(value, seed_=None, name=None, **kwargs):
        import tensorflow as tf

        stream_ = _private(seed)

        def permute(indices):
            order = indices.copy()
            stream_.shuffle(order)
            return order

        result = tf.numpy_function(permute, [value], value.dtype)
        result.set_shape(value.shape)
        return result

    return shuffle


def _graph_orders(seed):
    def imported(module):
        shuffle = _graph_shuffle(seed)
        if hasattr(module, "tf"):
            module.tf = _Tensorflow(module.tf, shuffle)
        if hasattr(module, "random_ops"):
            module.random_ops = _Replaced(module.random_ops, random_shuffle=shuffle)
        _replace_numpy(module, shuffle=_Shuffle(seed))

    return imported


def _keras3_orders(seed):
    """Keras 3 imports TensorFlow inside the method, so the function is replaced while it runs."""

    def imported(module):
        owner = module.ArrayDataAdapter
        original = owner.get_tf_dataset
        shuffle = _graph_shuffle(seed)

        def get_tf_dataset(self, *args, **kwargs):
            import tensorflow as tf

            before = tf.random.shuffle
            tf.random.shuffle = shuffle
            try:
                return original(self, *args, **kwargs)
            finally:
                tf.random.shuffle = before

        owner.get_tf_dataset = get_tf_dataset

    return imported


class _Tensorflow(object):
    """TensorFlow (perhaps lazily loaded) with another ``random.shuffle``."""

    def __init__(self, module, shuffle):
        self.__dict__.update(_module=module, _shuffle=shuffle)

    def __getattr__(self, name):
        found = getattr(self._module, name)
        return _Replaced(found, shuffle=self._shuffle) if name == "random" else found


def _keras3_seeds(seed):
    def imported(module):
        if not hasattr(module, "make_default_seed"):
            return
        module.make_default_seed = lambda: seeding.operation_seed(seed)

    return imported


def _seed_of(seed):
    """Return the operation seed of what Keras 3 takes as a seed, and whether it has no state."""
    if seed is None or isinstance(seed, int):
        return seed, seed is not None
    return getattr(seed, "_initial_seed", None), False


def _keras3_random(module):
    """Let Keras 3 draw with the operations of all earlier releases."""
    if not hasattr(module, "truncated_normal") or not hasattr(module, "tf"):
        return

    def drawn(function):
        def draw(shape, first=None, second=None, dtype=None, seed=None, **named):
            number, stateless = _seed_of(seed)
            if stateless:
                seeding.fresh_kernels()
            given = [value for value in (first, second) if value is not None]
            dtype = dtype or module.floatx()
            return function(shape, *given, dtype=dtype, seed=number, **named)

        return draw

    random_ops = module.tf.random
    for name in ("normal", "uniform", "truncated_normal"):
        setattr(module, name, drawn(getattr(random_ops, name)))
    module.dropout = _keras3_dropout(module)
    stream.note("Keras 3 draws with the operations of TensorFlow 1", "seeding")


def _keras3_dropout(module):
    original = module.dropout

    def dropout(inputs, rate, noise_shape=None, seed=None):
        if rate in (0, 1):
            return original(inputs, rate, noise_shape, seed)
        return module.tf.nn.dropout(inputs, rate, noise_shape=noise_shape, seed=_seed_of(seed)[0])

    return dropout


def prepare(seed):
    """Watch the Keras modules that draw random numbers or orders."""
    for name in ("backend", "backend.tensorflow_backend"):
        imports.after("keras:" + name, _backend(seed))
    for name in ("engine.training_arrays", "engine.training_arrays_v1", "engine.training_utils",
                 "engine.training_utils_v1", "engine.training"):  # fmt: skip
        imports.after("keras:" + name, _numpy_orders(seed))
    imports.after("keras:engine.data_adapter", _graph_orders(seed))
    imports.after("keras:trainers.data_adapters.array_data_adapter", _keras3_orders(seed))
    imports.after("keras:random.seed_generator", _keras3_seeds(seed))
    imports.after("keras:backend.tensorflow.random", _keras3_seeds(seed))
    imports.after("keras:backend.tensorflow.random", _keras3_random)
