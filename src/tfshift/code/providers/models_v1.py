"""What a model function of tf.estimator calls: variables, layers, collections, the counter of steps.

Written by tfshift into this project, because TensorFlow 2.16 and later have no tf.estimator and
functions of TensorFlow 2.x keep no graph in which layers find their variables. Here a store keeps
them, under the names of TensorFlow 1.x, so that its checkpoints are read and written. You own this
file.
"""

import contextlib

import tensorflow as tf
import tfshift_normalization_v1

_STORES = []


class GraphKeys(object):
    """Names of the collections that a model function asks for."""

    UPDATE_OPS = "update_ops"
    REGULARIZATION_LOSSES = "regularization_losses"
    LOSSES = "losses"
    TRAINABLE_VARIABLES = "trainable_variables"
    GLOBAL_VARIABLES = "variables"


class Store(object):
    """The variables of a model, by their names in checkpoints.

    Args:
        saved: a reader of the checkpoint that they start from, or None.
        slot_parts: start of a variable's name -> what stands between such a name and a slot's.
    """

    def __init__(self, saved=None, slot_parts=()):
        self._saved = saved
        self._slot_parts = dict(slot_parts)
        self._scopes, self._counts = [], {}
        self.variables, self.trainable = {}, []
        self.locals, self.normalizers, self.tables = {}, {}, {}
        self.collected = {}
        self.step = self.variable("global_step", (), tf.int64, None, False)

    @contextlib.contextmanager
    def building(self):
        """Let a model function find this store; it is called again for each trace."""
        self._scopes, self._counts, self.collected = [], {}, {}
        _STORES.append(self)
        try:
            yield self
        finally:
            _STORES.pop()

    def variable(self, key, shape, dtype, initializer, trainable):
        """Return the variable of a key, made if there is none yet."""
        if key not in self.variables:
            with tf.init_scope():
                if self._saved is not None and self._saved.has_tensor(key):
                    value = self._saved.get_tensor(key)
                elif initializer is None:
                    value = tf.zeros(shape, dtype)
                else:
                    value = initializer(shape, dtype) if callable(initializer) else initializer
                name = key.replace(":", "_")
                made = tf.Variable(tf.cast(value, dtype), trainable=trainable, name=name)
            self.variables[key] = made
            if trainable:
                self.trainable.append(made)
        return self.variables[key]

    def local(self, key, shape):
        """Return a sum that is kept while a model is evaluated and is in no checkpoint."""
        if key not in self.locals:
            with tf.init_scope():
                self.locals[key] = tf.Variable(tf.zeros(shape), trainable=False)
        return self.locals[key]

    def key_of(self, variable):
        """Return the key under which a variable is kept."""
        return next(key for key, held in self.variables.items() if held is variable)

    def slot(self, variable, name, value):
        """Return what an optimizer keeps of a variable, ``value`` everywhere at first."""
        key = self.key_of(variable)
        part = next((p for start, p in self._slot_parts.items() if key.startswith(start)), "")
        return self.filled(key + part + "/" + name, variable.shape, variable.dtype, value)

    def filled(self, key, shape, dtype, value):
        """Return a variable that is not trained, ``value`` everywhere at first."""
        return self.variable(
            key, shape, dtype, lambda shape, dtype: tf.fill(shape, tf.cast(value, dtype)), False
        )

    def adopt(self, prefix, layer):
        """Keep the variables of a layer that makes its own, with the values that were saved."""
        for part in layer.parts:
            variable, key = getattr(layer, part), prefix + "/" + part
            if variable is None or key in self.variables:
                continue
            self.variables[key] = variable
            if variable.trainable:
                self.trainable.append(variable)
            if self._saved is not None and self._saved.has_tensor(key):
                with tf.init_scope():
                    variable.assign(self._saved.get_tensor(key))

    def prefix(self):
        """Return what the names of variables begin with here."""
        return "".join(scope + "/" for scope in self._scopes)

    def unique(self, name):
        """Return a name that no layer of this scope has yet."""
        key = self.prefix() + name
        count = self._counts.get(key, 0)
        self._counts[key] = count + 1
        return name if not count else "%s_%d" % (name, count)

    def scope(self, name):
        """Let names begin with that of a scope as well; layers in it are counted anew."""
        begin = self.prefix() + name + "/"
        self._counts = {k: n for k, n in self._counts.items() if not k.startswith(begin)}
        return self.within(name)

    @contextlib.contextmanager
    def within(self, name):
        """Let names begin with that of a scope that goes on."""
        begin = self.prefix() + name + "/"
        self._scopes.append(name)
        try:
            yield begin[:-1]
        finally:
            self._scopes.pop()

    def collect(self, collection, value):
        """Add to a collection."""
        self.collected.setdefault(collection, []).append(value)


def current():
    """Return the store of the model that is being built.

    Raises:
        RuntimeError: if there is none, outside of a model function.
    """
    if not _STORES:
        raise RuntimeError("this is called outside of a model function that an estimator calls")
    return _STORES[-1]


class _Scope(object):
    def __init__(self, name):
        self.name = self.original_name_scope = name


@contextlib.contextmanager
def variable_scope(name_or_scope, default_name=None, values=None, reuse=None):
    """Let names of variables begin with that of a scope, which may be opened again."""
    name = getattr(name_or_scope, "name", name_or_scope)
    store = current()
    if name is None:
        name = store.unique(default_name)
    with store.scope(name) as full, tf.name_scope(name):
        yield _Scope(full)


def get_variable(
    name, shape=None, dtype=tf.float32, initializer=None, regularizer=None, trainable=True
):
    """Return the variable of a name, made if this model has none of it yet."""
    store = current()
    dtype = tf.as_dtype(dtype)
    if shape is None:
        # Variables are made outside of the function that is traced, where its tensors are unknown.
        given = initializer
        if isinstance(initializer, tf.Tensor):
            given = tf.get_static_value(initializer)
            if given is None:
                raise ValueError("%s starts from what is computed, not from a constant" % name)
        shape = tf.convert_to_tensor(given, dtype).shape
        made = store.variable(store.prefix() + name, shape, dtype, given, trainable)
    else:
        if initializer is None and dtype.is_floating:
            initializer = tf.keras.initializers.GlorotUniform()
        elif isinstance(initializer, type):
            initializer = initializer()
        shape = [int(size) for size in tf.TensorShape(shape)]
        made = store.variable(store.prefix() + name, shape, dtype, initializer, trainable)
    if regularizer is not None:
        store.collect(GraphKeys.REGULARIZATION_LOSSES, regularizer(made))
    return made


def get_global_step():
    """Return the counter of training steps."""
    return current().step


get_or_create_global_step = create_global_step = get_global_step


def trainable_variables():
    """Return the variables that are trained, in the order in which they were made."""
    return list(current().trainable)


def get_collection(key):
    """Return what a collection holds."""
    if key == GraphKeys.TRAINABLE_VARIABLES:
        return trainable_variables()
    if key == GraphKeys.GLOBAL_VARIABLES:
        return list(current().variables.values())
    return list(current().collected.get(key, ()))


def get_regularization_losses():
    """Return the losses of regularisers."""
    return get_collection(GraphKeys.REGULARIZATION_LOSSES)


def get_regularization_loss():
    """Return the sum of the losses of regularisers."""
    losses = get_regularization_losses()
    return tf.add_n(losses) if losses else tf.constant(0.0)


@contextlib.contextmanager
def control_dependencies(control_inputs):
    """Run what comes after some updates or operations."""
    plain = [one() if callable(one) else one for one in control_inputs]
    with tf.control_dependencies([one for one in plain if one is not None]):
        yield


def scalar(name, tensor, collections=None, family=None):
    """Write a number for the current step, where this step is one of which summaries are kept."""
    return _written(tf.summary.scalar, name, tf.convert_to_tensor(tensor), family)


def histogram(name, values, collections=None, family=None):
    """Write a histogram for the current step."""
    return _written(tf.summary.histogram, name, values, family)


def image(name, tensor, max_outputs=3, collections=None, family=None):
    """Write images for the current step."""
    return _written(tf.summary.image, name, tensor, family, max_outputs=max_outputs)


def _written(write, name, value, family, **given):
    name = name if family is None else family + "/" + name
    try:
        import tensorboard  # noqa: F401
    except ImportError:
        # Without it TensorFlow has nothing that writes them; a training goes on.
        return None
    return write(name, value, step=current().step, **given)


def _layer(name, default):
    store = current()
    return store.scope(store.unique(default) if name is None else name)


def _activated(value, activation):
    return value if activation is None else activation(value)


def dense(
    inputs,
    units,
    activation=None,
    use_bias=True,
    kernel_initializer=None,
    bias_initializer=None,
    kernel_regularizer=None,
    bias_regularizer=None,
    trainable=True,
    name=None,
    reuse=None,
):
    """Return what tf.layers.dense computes: inputs times a kernel over the last axis, plus a bias."""
    inputs = tf.convert_to_tensor(inputs)
    with _layer(name, "dense"):
        shape = [int(inputs.shape[-1]), int(units)]
        kernel = get_variable(
            "kernel", shape, inputs.dtype, kernel_initializer, kernel_regularizer, trainable
        )
        return _activated(
            _biased(
                _product(inputs, kernel),
                use_bias,
                bias_initializer,
                bias_regularizer,
                trainable,
                None,
            ),
            activation,
        )


def _product(inputs, kernel):
    if len(inputs.shape) == 2:
        return tf.matmul(inputs, kernel)
    return tf.tensordot(inputs, kernel, [[len(inputs.shape) - 1], [0]])


def fully_connected(
    inputs,
    num_outputs,
    activation_fn=tf.nn.relu,
    weights_initializer=None,
    weights_regularizer=None,
    biases_initializer=tf.zeros_initializer(),
    biases_regularizer=None,
    trainable=True,
    reuse=None,
    scope=None,
):
    """Return what tf.contrib.layers.fully_connected computes: weights, biases, then an activation."""
    inputs = tf.convert_to_tensor(inputs)
    with _layer(scope, "fully_connected"):
        shape = [int(inputs.shape[-1]), int(num_outputs)]
        weights = get_variable(
            "weights", shape, inputs.dtype, weights_initializer, weights_regularizer, trainable
        )
        value = _product(inputs, weights)
        if biases_initializer is not None:
            biases = get_variable(
                "biases", shape[1:], inputs.dtype, biases_initializer, biases_regularizer, trainable
            )
            value = tf.nn.bias_add(value, biases)
        return _activated(value, activation_fn)


def _biased(value, use_bias, initializer, regularizer, trainable, data_format):
    if not use_bias:
        return value
    channels = 1 if data_format and data_format.startswith("NC") else -1
    width = [int(value.shape[channels])]
    bias = get_variable(
        "bias", width, value.dtype, initializer or tf.zeros_initializer(), regularizer, trainable
    )
    if data_format is None:
        return value + bias
    return tf.nn.bias_add(value, bias, data_format if len(value.shape) == 4 else None)


def _listed(value, count):
    return [int(value)] * count if isinstance(value, int) else [int(v) for v in value]


def _convolved(rank, default):
    def layer(
        inputs,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        data_format="channels_last",
        dilation_rate=1,
        activation=None,
        use_bias=True,
        kernel_initializer=None,
        bias_initializer=None,
        kernel_regularizer=None,
        bias_regularizer=None,
        trainable=True,
        name=None,
        reuse=None,
    ):
        inputs = tf.convert_to_tensor(inputs)
        letters = "DHW"[3 - rank :]
        last = data_format == "channels_last"
        order = "N" + letters + "C" if last else "NC" + letters
        with _layer(name, default):
            depth = int(inputs.shape[-1 if last else 1])
            shape = _listed(kernel_size, rank) + [depth, int(filters)]
            kernel = get_variable(
                "kernel", shape, inputs.dtype, kernel_initializer, kernel_regularizer, trainable
            )
            value = tf.nn.convolution(
                inputs,
                kernel,
                strides=_listed(strides, rank),
                padding=padding.upper(),
                data_format=order,
                dilations=_listed(dilation_rate, rank),
            )
            value = _biased(value, use_bias, bias_initializer, bias_regularizer, trainable, order)
            return _activated(value, activation)

    layer.__name__ = default
    layer.__doc__ = "Return what tf.layers.%s computes." % default
    return layer


conv1d = _convolved(1, "conv1d")
conv2d = _convolved(2, "conv2d")
conv3d = _convolved(3, "conv3d")


def _pooled(rank, kind):
    def layer(inputs, pool_size, strides, padding="valid", data_format="channels_last", name=None):
        letters = "DHW"[3 - rank :]
        order = "N" + letters + "C" if data_format == "channels_last" else "NC" + letters
        return tf.nn.pool(
            inputs,
            _listed(pool_size, rank),
            kind,
            strides=_listed(strides, rank),
            padding=padding.upper(),
            data_format=order,
            name=name,
        )

    layer.__doc__ = "Return the %s of each window, as tf.layers computes it." % kind.lower()
    return layer


max_pooling1d, max_pooling2d, max_pooling3d = (_pooled(rank, "MAX") for rank in (1, 2, 3))
average_pooling1d, average_pooling2d, average_pooling3d = (_pooled(r, "AVG") for r in (1, 2, 3))


def flatten(inputs, name=None):
    """Return inputs with all axes but the first as one."""
    inputs = tf.convert_to_tensor(inputs)
    first, width = inputs.shape.as_list()[0], inputs.shape[1:].num_elements()
    shape = [-1 if first is None else first, width]
    return tf.reshape(inputs, [tf.shape(inputs)[0], -1] if width is None else shape, name=name)


def dropout(inputs, rate=0.5, noise_shape=None, seed=None, training=False, name=None):
    """Return inputs with a part of them set to 0 while training."""
    inputs = tf.convert_to_tensor(inputs)

    def dropped():
        return tf.nn.dropout(inputs, rate, noise_shape=noise_shape, seed=seed)

    if isinstance(training, (tf.Tensor, tf.Variable)):
        return tf.cond(tf.cast(training, tf.bool), dropped, lambda: tf.identity(inputs))
    return tf.identity(dropped() if training else inputs, name=name)


def batch_normalization(
    inputs,
    axis=-1,
    momentum=0.99,
    epsilon=1e-3,
    center=True,
    scale=True,
    beta_initializer=None,
    gamma_initializer=None,
    training=False,
    trainable=True,
    name=None,
    reuse=None,
    fused=None,
):
    """Return inputs normalised; how its moving averages change is collected, as in a graph."""
    store = current()
    with _layer(name, "batch_normalization") as full:
        if full not in store.normalizers:
            store.normalizers[full] = tfshift_normalization_v1.BatchNormalization(
                axis, momentum, epsilon, center, scale, beta_initializer, gamma_initializer,
                fused, trainable,
            )  # fmt: skip
        layer = store.normalizers[full]
        value = layer(inputs, training=training)
        store.adopt(full, layer)
        if training is not False:
            store.collect(
                GraphKeys.UPDATE_OPS, lambda: layer(inputs, training=training, update=True)
            )
        return value
