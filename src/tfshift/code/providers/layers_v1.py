"""What tf.layers did, for releases whose Keras has no place for it any more.

Written by tfshift into this project, because tf.compat.v1.layers raises under Keras 3. Defaults,
scope names, variable names and collections are those of TensorFlow 1.15's tf.layers, so that
checkpoints keep their keys; tfshift compares both side by side in its tests. You own this file.
"""

import functools

import tensorflow.compat.v1 as tf


def _known(dimension):
    """Return a dimension's size; variables need it when they are made."""
    size = getattr(dimension, "value", dimension)
    if size is None:
        raise ValueError("The last dimension of the inputs should be defined. Found `None`.")
    return int(size)


def _tuple(value, length):
    return [int(value)] * length if isinstance(value, int) else [int(one) for one in value]


def _refuse(**given):
    """Say plainly what this module does not do."""
    for name, value in given.items():
        if value is not None and value is not False:
            raise NotImplementedError("tf.layers' %s is not supported here" % name)


def _variable(name, shape, dtype, initializer, regularizer, constraint, trainable):
    return tf.get_variable(
        name, shape=shape, dtype=dtype, initializer=initializer, regularizer=regularizer,
        constraint=constraint, trainable=trainable,
    )  # fmt: skip


def _finish(outputs, use_bias, size, activation, layout, made):
    """Add a bias, made with an initializer, a regularizer, a constraint and trainable; activate."""
    if use_bias:
        bias = _variable("bias", [size], outputs.dtype.base_dtype, *made)
        outputs = tf.nn.bias_add(outputs, bias, data_format=layout)
    return outputs if activation is None else activation(outputs)


def dense(
    inputs,
    units,
    activation=None,
    use_bias=True,
    kernel_initializer=None,
    bias_initializer=tf.zeros_initializer(),
    kernel_regularizer=None,
    bias_regularizer=None,
    activity_regularizer=None,
    kernel_constraint=None,
    bias_constraint=None,
    trainable=True,
    name=None,
    reuse=None,
):
    """Multiply by a kernel along the last dimension, add a bias, activate."""
    _refuse(activity_regularizer=activity_regularizer)
    inputs = tf.convert_to_tensor(inputs)
    dtype = inputs.dtype.base_dtype
    with tf.variable_scope(name, "dense", reuse=reuse):
        kernel = _variable(
            "kernel", [_known(inputs.shape[-1]), int(units)], dtype, kernel_initializer,
            kernel_regularizer, kernel_constraint, trainable,
        )  # fmt: skip
        rank = len(inputs.shape)
        if rank > 2:
            outputs = tf.tensordot(inputs, kernel, [[rank - 1], [0]])
            outputs.set_shape(inputs.shape[:-1].concatenate([int(units)]))
        else:
            outputs = tf.matmul(inputs, kernel)
        made = (bias_initializer, bias_regularizer, bias_constraint, trainable)
        return _finish(outputs, use_bias, int(units), activation, "NHWC", made)


def _convolution(
    rank,
    default,
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
    bias_initializer=tf.zeros_initializer(),
    kernel_regularizer=None,
    bias_regularizer=None,
    activity_regularizer=None,
    kernel_constraint=None,
    bias_constraint=None,
    trainable=True,
    name=None,
    reuse=None,
):
    _refuse(activity_regularizer=activity_regularizer)
    inputs = tf.convert_to_tensor(inputs)
    dtype = inputs.dtype.base_dtype
    first = data_format == "channels_first"
    channels = _known(inputs.shape[1 if first else -1])
    layout = {1: "NWC", 2: "NHWC", 3: "NDHWC"}[rank]
    layout = "NC" + layout[1:-1] if first else layout
    with tf.variable_scope(name, default, reuse=reuse):
        kernel = _variable(
            "kernel", [*_tuple(kernel_size, rank), channels, int(filters)], dtype,
            kernel_initializer, kernel_regularizer, kernel_constraint, trainable,
        )  # fmt: skip
        outputs = tf.nn.convolution(
            inputs,
            kernel,
            padding=padding.upper(),
            strides=_tuple(strides, rank),
            dilation_rate=_tuple(dilation_rate, rank),
            data_format=layout,
        )
        made = (bias_initializer, bias_regularizer, bias_constraint, trainable)
        layout = "NCHW" if first else "NHWC"
        return _finish(outputs, use_bias, int(filters), activation, layout, made)


def conv1d(inputs, filters, kernel_size, *args, **kwargs):
    """Convolve sequences [batch, steps, channels]; see tf.layers.conv1d."""
    return _convolution(1, "conv1d", inputs, filters, kernel_size, *args, **kwargs)


def conv2d(inputs, filters, kernel_size, strides=(1, 1), *args, **kwargs):
    """Convolve images [batch, height, width, channels]; see tf.layers.conv2d."""
    return _convolution(2, "conv2d", inputs, filters, kernel_size, strides, *args, **kwargs)


def conv3d(inputs, filters, kernel_size, strides=(1, 1, 1), *args, **kwargs):
    """Convolve volumes; see tf.layers.conv3d."""
    return _convolution(3, "conv3d", inputs, filters, kernel_size, strides, *args, **kwargs)


def conv2d_transpose(
    inputs,
    filters,
    kernel_size,
    strides=(1, 1),
    padding="valid",
    data_format="channels_last",
    activation=None,
    use_bias=True,
    kernel_initializer=None,
    bias_initializer=tf.zeros_initializer(),
    kernel_regularizer=None,
    bias_regularizer=None,
    activity_regularizer=None,
    kernel_constraint=None,
    bias_constraint=None,
    trainable=True,
    name=None,
    reuse=None,
):
    """Turn a convolution around: upsample images."""
    _refuse(activity_regularizer=activity_regularizer)
    inputs = tf.convert_to_tensor(inputs)
    dtype = inputs.dtype.base_dtype
    first = data_format == "channels_first"
    size, step = _tuple(kernel_size, 2), _tuple(strides, 2)
    channels = _known(inputs.shape[1 if first else -1])
    with tf.variable_scope(name, "conv2d_transpose", reuse=reuse):
        kernel = _variable(
            "kernel", [*size, int(filters), channels], dtype, kernel_initializer,
            kernel_regularizer, kernel_constraint, trainable,
        )  # fmt: skip
        shape = tf.shape(inputs)
        places = (2, 3) if first else (1, 2)
        grown, static = [], []
        for place, width, stride in zip(places, size, step):
            more = max(width - stride, 0) if padding.lower() == "valid" else 0
            grown.append(shape[place] * stride + more)
            known = getattr(inputs.shape[place], "value", inputs.shape[place])
            static.append(None if known is None else int(known) * stride + more)
        whole = [shape[0], int(filters), *grown] if first else [shape[0], *grown, int(filters)]
        outputs = tf.nn.conv2d_transpose(
            inputs,
            kernel,
            tf.stack(whole),
            [1, 1, *step] if first else [1, *step, 1],
            padding=padding.upper(),
            data_format="NCHW" if first else "NHWC",
        )
        batch = inputs.shape[0]
        outputs.set_shape(
            [batch, int(filters), *static] if first else [batch, *static, int(filters)]
        )
        made = (bias_initializer, bias_regularizer, bias_constraint, trainable)
        layout = "NCHW" if first else "NHWC"
        return _finish(outputs, use_bias, int(filters), activation, layout, made)


def _pooling(rank, kind, default, inputs, pool_size, strides, padding, data_format, name):
    first = data_format == "channels_first"
    size, step = _tuple(pool_size, rank), _tuple(strides, rank)
    flat = rank == 1
    with tf.name_scope(name or default):
        if flat:
            # Sequences are images of one row.
            inputs = tf.expand_dims(inputs, 3 if first else 2)
            size, step = [*size, 1], [*step, 1]
        layout = "DHW" if rank == 3 else "HW"
        outputs = kind(
            inputs,
            ksize=[1, 1, *size] if first else [1, *size, 1],
            strides=[1, 1, *step] if first else [1, *step, 1],
            padding=padding.upper(),
            data_format="NC" + layout if first else "N" + layout + "C",
        )
        return tf.squeeze(outputs, 3 if first else 2) if flat else outputs


def _pools(rank, kind, default, what):
    """Make the function that pools windows of so many axes."""

    def pool(inputs, pool_size, strides, padding="valid", data_format="channels_last", name=None):
        return _pooling(
            rank, kind, default, inputs, pool_size, strides, padding, data_format, name
        )  # fmt: skip

    pool.__name__, pool.__doc__ = default, what
    return pool


max_pooling1d = _pools(1, tf.nn.max_pool, "max_pooling1d", "Take maxima over windows of sequences.")
max_pooling2d = _pools(2, tf.nn.max_pool, "max_pooling2d", "Take maxima over windows of images.")
max_pooling3d = _pools(3, tf.nn.max_pool3d, "max_pooling3d", "Take maxima over windows of volumes.")
average_pooling1d = _pools(
    1, tf.nn.avg_pool, "average_pooling1d", "Take means over windows of sequences."
)
average_pooling2d = _pools(
    2, tf.nn.avg_pool, "average_pooling2d", "Take means over windows of images."
)
average_pooling3d = _pools(
    3, tf.nn.avg_pool3d, "average_pooling3d", "Take means over windows of volumes."
)


def _separable(
    rank,
    default,
    inputs,
    filters,
    kernel_size,
    strides=1,
    padding="valid",
    data_format="channels_last",
    dilation_rate=1,
    depth_multiplier=1,
    activation=None,
    use_bias=True,
    depthwise_initializer=None,
    pointwise_initializer=None,
    bias_initializer=tf.zeros_initializer(),
    depthwise_regularizer=None,
    pointwise_regularizer=None,
    bias_regularizer=None,
    activity_regularizer=None,
    depthwise_constraint=None,
    pointwise_constraint=None,
    bias_constraint=None,
    trainable=True,
    name=None,
    reuse=None,
):
    _refuse(activity_regularizer=activity_regularizer)
    inputs = tf.convert_to_tensor(inputs)
    dtype = inputs.dtype.base_dtype
    first = data_format == "channels_first"
    channels = _known(inputs.shape[1 if first else -1])
    size, step, rate = (_tuple(v, rank) for v in (kernel_size, strides, dilation_rate))
    with tf.variable_scope(name, default, reuse=reuse):
        depthwise = _variable(
            "depthwise_kernel", [*size, channels, int(depth_multiplier)], dtype,
            depthwise_initializer, depthwise_regularizer, depthwise_constraint, trainable,
        )  # fmt: skip
        pointwise = _variable(
            "pointwise_kernel", [1] * rank + [int(depth_multiplier) * channels, int(filters)],
            dtype, pointwise_initializer, pointwise_regularizer, pointwise_constraint, trainable,
        )  # fmt: skip
        if rank == 1:
            # Sequences are images of one row; that row is no row of the kernel.
            inputs = tf.expand_dims(inputs, 2 if first else 1)
            depthwise, pointwise = tf.expand_dims(depthwise, 0), tf.expand_dims(pointwise, 0)
            step, rate = step * 2, [1, *rate]
        outputs = tf.nn.separable_conv2d(
            inputs,
            depthwise,
            pointwise,
            strides=[1, 1, *step] if first else [1, *step, 1],
            padding=padding.upper(),
            rate=rate,
            data_format="NCHW" if first else "NHWC",
        )
        if rank == 1:
            outputs = tf.squeeze(outputs, 2 if first else 1)
        made = (bias_initializer, bias_regularizer, bias_constraint, trainable)
        layout = "NCHW" if first else "NHWC"
        return _finish(outputs, use_bias, int(filters), activation, layout, made)


def separable_conv1d(inputs, filters, kernel_size, *args, **kwargs):
    """Convolve each channel of sequences by itself, then across channels."""
    return _separable(1, "separable_conv1d", inputs, filters, kernel_size, *args, **kwargs)


def separable_conv2d(inputs, filters, kernel_size, strides=(1, 1), *args, **kwargs):
    """Convolve each channel of images by itself, then across channels."""
    return _separable(2, "separable_conv2d", inputs, filters, kernel_size, strides, *args, **kwargs)


def flatten(inputs, name=None, data_format="channels_last"):
    """Keep the batch dimension and join the others."""
    inputs = tf.convert_to_tensor(inputs)
    with tf.name_scope(name or "flatten"):
        rank = len(inputs.shape)
        if data_format == "channels_first" and rank > 2:
            inputs = tf.transpose(inputs, [0, *range(2, rank), 1])
        sizes = inputs.shape[1:].as_list()
        if None in sizes:
            return tf.reshape(inputs, [tf.shape(inputs)[0], -1])
        size = functools.reduce(lambda a, b: a * b, sizes, 1)
        return tf.reshape(inputs, [-1, size])


def _either(training, yes, no):
    """Choose while the graph is built where that is known, else inside of it."""
    if isinstance(training, (bool, int)):
        return yes() if training else no()
    known = tf.get_static_value(training) if hasattr(tf, "get_static_value") else None
    if known is not None:
        return yes() if known else no()
    return tf.cond(training, yes, no)


def dropout(inputs, rate=0.5, noise_shape=None, seed=None, training=False, name=None):
    """Drop a share of the inputs while training."""
    inputs = tf.convert_to_tensor(inputs)
    with tf.name_scope(name or "dropout"):
        return _either(
            training,
            lambda: tf.nn.dropout(inputs, rate=rate, noise_shape=noise_shape, seed=seed),
            lambda: tf.identity(inputs),
        )


def batch_normalization(
    inputs,
    axis=-1,
    momentum=0.99,
    epsilon=1e-3,
    center=True,
    scale=True,
    beta_initializer=tf.zeros_initializer(),
    gamma_initializer=tf.ones_initializer(),
    moving_mean_initializer=tf.zeros_initializer(),
    moving_variance_initializer=tf.ones_initializer(),
    beta_regularizer=None,
    gamma_regularizer=None,
    beta_constraint=None,
    gamma_constraint=None,
    training=False,
    trainable=True,
    name=None,
    reuse=None,
    renorm=False,
    renorm_clipping=None,
    renorm_momentum=0.99,
    fused=None,
    virtual_batch_size=None,
    adjustment=None,
):
    """Normalise over the batch; the moving averages are updated by ops in UPDATE_OPS."""
    _refuse(renorm=renorm, virtual_batch_size=virtual_batch_size, adjustment=adjustment)
    inputs = tf.convert_to_tensor(inputs)
    rank = len(inputs.shape)
    axis = axis[0] if isinstance(axis, (list, tuple)) else axis
    axis = axis + rank if axis < 0 else axis
    dtype = tf.float32 if inputs.dtype.base_dtype == tf.float16 else inputs.dtype.base_dtype
    size = [_known(inputs.shape[axis])]
    in_kernel = rank == 4 and axis in (1, 3) and fused is not False
    with tf.variable_scope(name, "batch_normalization", reuse=reuse):
        gamma = beta = None
        if scale:
            gamma = _variable("gamma", size, dtype, gamma_initializer, gamma_regularizer,
                              gamma_constraint, trainable)  # fmt: skip
        if center:
            beta = _variable("beta", size, dtype, beta_initializer, beta_regularizer,
                             beta_constraint, trainable)  # fmt: skip
        mean = _variable("moving_mean", size, dtype, moving_mean_initializer, None, None, False)
        variance = _variable(
            "moving_variance", size, dtype, moving_variance_initializer, None, None, False
        )
        if in_kernel:
            outputs, batch_mean, batch_variance = _fused(
                inputs, gamma, beta, mean, variance, epsilon, training, axis, size, dtype
            )
        else:
            axes = [place for place in range(rank) if place != axis]
            batch_mean, batch_variance = _either(
                training, lambda: tf.nn.moments(inputs, axes), lambda: (mean, variance)
            )
            spread = [1] * rank
            spread[axis] = size[0]
            parts = [
                None if part is None else tf.reshape(part, spread)
                for part in (batch_mean, batch_variance, beta, gamma)
            ]
            outputs = tf.nn.batch_normalization(inputs, *parts, epsilon)
        _collect_updates(training, momentum, ((mean, batch_mean), (variance, batch_variance)))
        return outputs


def _fused(inputs, gamma, beta, mean, variance, epsilon, training, axis, size, dtype):
    layout = "NCHW" if axis == 1 else "NHWC"
    gamma = tf.ones(size, dtype) if gamma is None else gamma
    beta = tf.zeros(size, dtype) if beta is None else beta

    def learning():
        return tf.nn.fused_batch_norm(inputs, gamma, beta, epsilon=epsilon, data_format=layout)

    def resting():
        return tf.nn.fused_batch_norm(
            inputs, gamma, beta, mean=mean, variance=variance, epsilon=epsilon,
            is_training=False, data_format=layout,
        )  # fmt: skip

    return _either(training, learning, resting)


def _collect_updates(training, momentum, pairs):
    """Put ops that move the averages towards the batch into UPDATE_OPS."""
    if isinstance(training, (bool, int)) and not training:
        return
    for average, value in pairs:

        def move(average=average, value=value):
            return (average - value) * (1.0 - momentum)

        step = _either(training, move, lambda average=average: tf.zeros_like(average))
        moved = tf.assign_sub(average, step, name="AssignMovingAvg")
        tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, moved)


class _Layer:
    """An object that makes its variables in its first call and uses them again in all others.

    The name of its scope is chosen then as well, as a function of that name would choose it.
    """

    # Its name is that of its scope.
    _function = None
    # Whether it makes variables; others only have a scope for their operations.
    _makes = True

    def __init__(self, *args, trainable=True, name=None, dtype=None, _reuse=None, **kwargs):
        self._given, self._named = args, kwargs
        self._name, self._reuse, self._scope = name, _reuse, None
        self.trainable, self.built, self.dtype = trainable, False, dtype
        self._variables = []

    def __call__(self, inputs, *args, **kwargs):
        """Compute the outputs for some inputs."""
        inputs = tf.convert_to_tensor(inputs, dtype=self.dtype)
        function = type(self)._function
        if not self._makes:
            return function(inputs, *self._given, *args, name=self._name, **self._named, **kwargs)
        if self._scope is None:
            with tf.variable_scope(self._name, self._default, reuse=self._reuse) as scope:
                self._scope = scope
        before = set(map(id, tf.global_variables()))
        outputs = function(
            inputs, *self._given, *args, trainable=self.trainable, name=self._scope,
            reuse=True if self.built else self._reuse, **self._named, **kwargs,
        )  # fmt: skip
        if not self.built:
            inside = tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES, self._scope.name + "/")
            new = [v for v in inside if id(v) not in before]
            self._variables = new or inside
            self.built = True
        return outputs

    apply = __call__

    @property
    def _default(self):
        return type(self)._function.__name__

    @property
    def name(self):
        """The name of the layer."""
        return self._name or self._default

    @property
    def scope_name(self):
        """The name of the scope of its variables."""
        if self._scope is None:
            raise ValueError(
                "No name available for layer scope because the layer was never called."
            )
        return self._scope.name

    @property
    def variables(self):
        """All variables, those that are trained first."""
        return self.trainable_variables + self.non_trainable_variables

    @property
    def trainable_variables(self):
        """The variables that are trained."""
        trained = set(map(id, tf.trainable_variables()))
        return [v for v in self._variables if self.trainable and id(v) in trained]

    @property
    def non_trainable_variables(self):
        """The variables that are not trained."""
        trained = set(map(id, self.trainable_variables))
        return [v for v in self._variables if id(v) not in trained]

    weights = variables
    trainable_weights = trainable_variables
    non_trainable_weights = non_trainable_variables

    def get_weights(self):
        """Return the values of the variables, as the default session holds them."""
        return tf.get_default_session().run(self.variables)

    def __getattr__(self, name):
        """Find ``kernel``, ``bias``, ``gamma`` … among the variables."""
        for variable in self.__dict__.get("_variables", ()):
            if variable.op.name.rpartition("/")[2] == name:
                return variable
        raise AttributeError("'%s' object has no attribute '%s'" % (type(self).__name__, name))


class Dense(_Layer):
    """tf.layers.Dense."""

    _function = staticmethod(dense)


class Conv1D(_Layer):
    """tf.layers.Conv1D."""

    _function = staticmethod(conv1d)


class Conv2D(_Layer):
    """tf.layers.Conv2D."""

    _function = staticmethod(conv2d)


class Conv3D(_Layer):
    """tf.layers.Conv3D."""

    _function = staticmethod(conv3d)


class Conv2DTranspose(_Layer):
    """tf.layers.Conv2DTranspose."""

    _function = staticmethod(conv2d_transpose)


class SeparableConv1D(_Layer):
    """tf.layers.SeparableConv1D."""

    _function = staticmethod(separable_conv1d)


class SeparableConv2D(_Layer):
    """tf.layers.SeparableConv2D."""

    _function = staticmethod(separable_conv2d)


class BatchNormalization(_Layer):
    """tf.layers.BatchNormalization."""

    _function = staticmethod(batch_normalization)


class MaxPooling1D(_Layer):
    """tf.layers.MaxPooling1D."""

    _function, _makes = staticmethod(max_pooling1d), False


class AveragePooling1D(_Layer):
    """tf.layers.AveragePooling1D."""

    _function, _makes = staticmethod(average_pooling1d), False


class MaxPooling2D(_Layer):
    """tf.layers.MaxPooling2D."""

    _function, _makes = staticmethod(max_pooling2d), False


class AveragePooling2D(_Layer):
    """tf.layers.AveragePooling2D."""

    _function, _makes = staticmethod(average_pooling2d), False


class MaxPooling3D(_Layer):
    """tf.layers.MaxPooling3D."""

    _function, _makes = staticmethod(max_pooling3d), False


class AveragePooling3D(_Layer):
    """tf.layers.AveragePooling3D."""

    _function, _makes = staticmethod(average_pooling3d), False


class Flatten(_Layer):
    """tf.layers.Flatten."""

    _function, _makes = staticmethod(flatten), False


class Dropout(_Layer):
    """tf.layers.Dropout."""

    _function, _makes = staticmethod(dropout), False
