"""What tf.contrib.layers did, on top of what every TensorFlow since 1.13 has.

Written by tfshift into this project because no TensorFlow 2 holds these functions. Defaults, scope
names, variable names and collections are those of TensorFlow 1.15's tf.contrib.layers, so that
checkpoints keep their keys; tfshift compares both side by side in its tests. You own this file.
"""

import functools
import math
import numbers

import tensorflow.compat.v1 as tf

_SCOPES = [{}]


def _scope_key(function):
    return getattr(function, "_scope_key", None) or "%s.%s" % (
        function.__module__,
        function.__name__,
    )


class arg_scope(object):  # noqa: N801 (the name that callers use)
    """Set defaults of some functions inside a with statement.

    Takes a list of functions with keyword defaults, or a scope that an earlier one yielded.
    """

    def __init__(self, list_ops_or_scope, **kwargs):
        if isinstance(list_ops_or_scope, dict):
            if kwargs:
                raise ValueError("an existing scope takes no further defaults")
            self.scope = dict(list_ops_or_scope)
            return
        if not isinstance(list_ops_or_scope, (list, tuple)):
            raise TypeError("list_ops_or_scope must be a list of functions or a scope")
        self.scope = dict(_SCOPES[-1])
        for function in list_ops_or_scope:
            if not has_arg_scope(function):
                raise ValueError("%s is not decorated with add_arg_scope" % _scope_key(function))
            merged = dict(self.scope.get(_scope_key(function), {}))
            merged.update(kwargs)
            self.scope[_scope_key(function)] = merged

    def __enter__(self):
        _SCOPES.append(self.scope)
        return self.scope

    def __exit__(self, *error):
        _SCOPES.pop()


def add_arg_scope(function):
    """Let arg_scope set defaults of a function."""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        defaults = _SCOPES[-1].get(_scope_key(wrapper))
        if defaults:
            kwargs = dict(defaults, **kwargs)
        return function(*args, **kwargs)

    wrapper._scope_key = _scope_key(function)
    wrapper._takes_scope = True
    return wrapper


def has_arg_scope(function):
    """Tell whether arg_scope may set defaults of a function."""
    return getattr(function, "_takes_scope", False)


def variance_scaling_initializer(
    factor=2.0, mode="FAN_IN", uniform=False, seed=None, dtype=tf.float32
):
    """Initialise so that the variance of a layer's outputs follows its fan."""
    if mode not in ("FAN_IN", "FAN_OUT", "FAN_AVG"):
        raise TypeError("Unknown mode %s" % mode)
    if not dtype.is_floating:
        raise TypeError("Cannot create initializer for non-floating point type.")

    def initializer(shape, dtype=dtype, partition_info=None):
        shape = [int(size) for size in shape]
        field = 1.0
        for size in shape[:-2]:
            field *= size
        fan_in = field * (shape[-2] if len(shape) > 1 else shape[-1]) if shape else 1.0
        fan_out = field * shape[-1] if shape else 1.0
        count = {"FAN_IN": fan_in, "FAN_OUT": fan_out, "FAN_AVG": (fan_in + fan_out) / 2.0}[mode]
        if uniform:
            limit = math.sqrt(3.0 * factor / count)
            return tf.random_uniform(shape, -limit, limit, dtype, seed=seed)
        # 1.3 makes up for what truncation takes from the standard deviation.
        return tf.truncated_normal(shape, 0.0, math.sqrt(1.3 * factor / count), dtype, seed=seed)

    return initializer


def xavier_initializer(uniform=True, seed=None, dtype=tf.float32):
    """Initialise by Glorot's rule."""
    return variance_scaling_initializer(1.0, "FAN_AVG", uniform, seed, dtype)


xavier_initializer_conv2d = xavier_initializer


def _check_scale(scale):
    if isinstance(scale, int) and not isinstance(scale, bool):
        raise ValueError("scale cannot be an integer: %s" % scale)
    if isinstance(scale, float) and scale < 0.0:
        raise ValueError("Setting a scale less than 0 on a regularizer: %g" % scale)


def l1_regularizer(scale, scope=None):
    """Return a function that sums absolute weights times a scale."""
    _check_scale(scale)
    if scale == 0.0:
        return lambda weights: None

    def regularizer(weights, name=None):
        with tf.name_scope(scope, "l1_regularizer", [weights]) as name:
            factor = tf.convert_to_tensor(scale, dtype=weights.dtype.base_dtype, name="scale")
            return tf.multiply(factor, tf.reduce_sum(tf.abs(weights)), name=name)

    return regularizer


def l2_regularizer(scale, scope=None):
    """Return a function that sums squared weights, halved, times a scale."""
    _check_scale(scale)
    if scale == 0.0:
        return lambda weights: None

    def regularizer(weights):
        with tf.name_scope(scope, "l2_regularizer", [weights]) as name:
            factor = tf.convert_to_tensor(scale, dtype=weights.dtype.base_dtype, name="scale")
            return tf.multiply(factor, tf.nn.l2_loss(weights), name=name)

    return regularizer


def sum_regularizer(regularizer_list, scope=None):
    """Return a function that adds up what several regularizers yield."""
    chosen = [regularizer for regularizer in regularizer_list if regularizer is not None]
    if not chosen:
        return None

    def regularizer(weights):
        with tf.name_scope(scope, "sum_regularizer", [weights]) as name:
            terms = [term for term in (one(weights) for one in chosen) if term is not None]
            return tf.add_n(terms, name=name) if len(terms) > 1 else terms[0]

    return regularizer


def l1_l2_regularizer(scale_l1=1.0, scale_l2=1.0, scope=None):
    """Return the sum of an L1 and an L2 regularizer."""
    return sum_regularizer(
        [l1_regularizer(scale_l1), l2_regularizer(scale_l2)], scope or "l1_l2_regularizer"
    )


def apply_regularization(regularizer, weights_list=None):
    """Sum a regularizer over weights (the WEIGHTS collection by default) and collect the loss."""
    weights_list = weights_list or tf.get_collection(tf.GraphKeys.WEIGHTS)
    if not weights_list:
        raise ValueError("No weights to regularize.")
    with tf.name_scope("get_regularization_penalty", values=weights_list) as scope:
        penalties = [regularizer(weights) for weights in weights_list]
        penalties = [p if p is not None else tf.constant(0.0) for p in penalties]
        summed = tf.add_n(penalties, name=scope)
        tf.add_to_collection(tf.GraphKeys.REGULARIZATION_LOSSES, summed)
        return summed


def _collections(given, name):
    """Choose the collections for one variable: a dictionary names them by variable."""
    extra = (given.get(name) if isinstance(given, dict) else given) or []
    extra = [extra] if isinstance(extra, str) else list(extra)
    fixed = [tf.GraphKeys.GLOBAL_VARIABLES, tf.GraphKeys.MODEL_VARIABLES]
    return fixed + [one for one in extra if one not in fixed]


def _variable(name, shape, dtype, initializer, regularizer, collections, trainable, key=None):
    return tf.get_variable(
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=_collections(collections, key or name),
    )


def _collected(outputs_collections, outputs):
    if outputs_collections:
        for collection in (
            outputs_collections
            if isinstance(outputs_collections, (list, tuple))
            else [outputs_collections]
        ):
            tf.add_to_collection(collection, outputs)
    return outputs


def _finish(outputs, normalizer_fn, normalizer_params, activation_fn, outputs_collections):
    if normalizer_fn is not None:
        outputs = normalizer_fn(outputs, **(normalizer_params or {}))
    if activation_fn is not None:
        outputs = activation_fn(outputs)
    return _collected(outputs_collections, outputs)


def _known(dimension, name):
    """Return a dimension's size; variables need it when they are made."""
    size = getattr(dimension, "value", dimension)
    if size is None:
        raise ValueError("The %s dimension of the inputs should be defined. Found `None`." % name)
    return int(size)


def _tuple(value, length):
    return [value] * length if isinstance(value, int) else [int(one) for one in value]


@add_arg_scope
def variable(
    name,
    shape=None,
    dtype=None,
    initializer=None,
    regularizer=None,
    trainable=True,
    collections=None,
    caching_device=None,
    device=None,
    partitioner=None,
    custom_getter=None,
    use_resource=None,
    synchronization=tf.VariableSynchronization.AUTO,
    aggregation=tf.VariableAggregation.NONE,
):
    """Get or make a variable of the current scope, on a device if one is named."""
    wanted = [tf.GraphKeys.GLOBAL_VARIABLES] if collections is None else collections
    getter = tf.get_variable
    if custom_getter is not None:
        getter = functools.partial(custom_getter, reuse=tf.get_variable_scope().reuse)
    with tf.device(device or ""):
        return getter(
            name,
            shape=shape,
            dtype=dtype,
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
            collections=sorted(set(wanted)),
            caching_device=caching_device,
            partitioner=partitioner,
            use_resource=use_resource,
            synchronization=synchronization,
            aggregation=aggregation,
        )


@add_arg_scope
def model_variable(
    name,
    shape=None,
    dtype=tf.float32,
    initializer=None,
    regularizer=None,
    trainable=True,
    collections=None,
    caching_device=None,
    device=None,
    partitioner=None,
    custom_getter=None,
    use_resource=None,
    synchronization=tf.VariableSynchronization.AUTO,
    aggregation=tf.VariableAggregation.NONE,
):
    """Get or make a variable that belongs to the model; see variable."""
    fixed = [tf.GraphKeys.GLOBAL_VARIABLES, tf.GraphKeys.MODEL_VARIABLES]
    return variable(
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=list(collections or []) + fixed,
        caching_device=caching_device,
        device=device,
        partitioner=partitioner,
        custom_getter=custom_getter,
        use_resource=use_resource,
        synchronization=synchronization,
        aggregation=aggregation,
    )


@add_arg_scope
def convolution(
    inputs,
    num_outputs,
    kernel_size,
    stride=1,
    padding="SAME",
    data_format=None,
    rate=1,
    activation_fn=tf.nn.relu,
    normalizer_fn=None,
    normalizer_params=None,
    weights_initializer=xavier_initializer(),
    weights_regularizer=None,
    biases_initializer=tf.zeros_initializer(),
    biases_regularizer=None,
    reuse=None,
    variables_collections=None,
    outputs_collections=None,
    trainable=True,
    scope=None,
    conv_dims=None,
):
    """Convolve with weights and biases of its own, normalise, activate (ReLU by default)."""
    with tf.variable_scope(scope, "Conv", [inputs], reuse=reuse):
        inputs = tf.convert_to_tensor(inputs)
        dims = len(inputs.shape) - 2
        if conv_dims is not None and conv_dims != dims:
            raise ValueError(
                "Convolution expects input with rank %d, got %d" % (conv_dims + 2, dims + 2)
            )
        dtype = inputs.dtype.base_dtype
        first = bool(data_format) and data_format.startswith("NC")
        channels = _known(inputs.shape[1 if first else -1], "channel")
        weights = _variable(
            "weights", _tuple(kernel_size, dims) + [channels, num_outputs], dtype,
            weights_initializer, weights_regularizer, variables_collections, trainable,
        )  # fmt: skip
        outputs = tf.nn.convolution(
            inputs,
            weights,
            padding=padding.upper(),
            strides=_tuple(stride, dims),
            dilation_rate=_tuple(rate, dims),
            data_format=data_format,
        )
        if normalizer_fn is None and biases_initializer is not None:
            biases = _variable(
                "biases", [num_outputs], dtype, biases_initializer, biases_regularizer,
                variables_collections, trainable,
            )  # fmt: skip
            outputs = tf.nn.bias_add(outputs, biases, data_format="NCHW" if first else "NHWC")
        return _finish(
            outputs, normalizer_fn, normalizer_params, activation_fn, outputs_collections
        )


@add_arg_scope
def convolution2d(
    inputs,
    num_outputs,
    kernel_size,
    stride=1,
    padding="SAME",
    data_format=None,
    rate=1,
    activation_fn=tf.nn.relu,
    normalizer_fn=None,
    normalizer_params=None,
    weights_initializer=xavier_initializer(),
    weights_regularizer=None,
    biases_initializer=tf.zeros_initializer(),
    biases_regularizer=None,
    reuse=None,
    variables_collections=None,
    outputs_collections=None,
    trainable=True,
    scope=None,
):
    """Convolve images; see convolution."""
    return convolution(
        inputs, num_outputs, kernel_size, stride, padding, data_format, rate, activation_fn,
        normalizer_fn, normalizer_params, weights_initializer, weights_regularizer,
        biases_initializer, biases_regularizer, reuse, variables_collections,
        outputs_collections, trainable, scope, conv_dims=2,
    )  # fmt: skip


conv2d = convolution2d


@add_arg_scope
def convolution1d(
    inputs,
    num_outputs,
    kernel_size,
    stride=1,
    padding="SAME",
    data_format=None,
    rate=1,
    activation_fn=tf.nn.relu,
    normalizer_fn=None,
    normalizer_params=None,
    weights_initializer=xavier_initializer(),
    weights_regularizer=None,
    biases_initializer=tf.zeros_initializer(),
    biases_regularizer=None,
    reuse=None,
    variables_collections=None,
    outputs_collections=None,
    trainable=True,
    scope=None,
):
    """Convolve sequences; see convolution."""
    return convolution(
        inputs, num_outputs, kernel_size, stride, padding, data_format, rate, activation_fn,
        normalizer_fn, normalizer_params, weights_initializer, weights_regularizer,
        biases_initializer, biases_regularizer, reuse, variables_collections,
        outputs_collections, trainable, scope, conv_dims=1,
    )  # fmt: skip


conv1d = convolution1d


@add_arg_scope
def convolution3d(
    inputs,
    num_outputs,
    kernel_size,
    stride=1,
    padding="SAME",
    data_format=None,
    rate=1,
    activation_fn=tf.nn.relu,
    normalizer_fn=None,
    normalizer_params=None,
    weights_initializer=xavier_initializer(),
    weights_regularizer=None,
    biases_initializer=tf.zeros_initializer(),
    biases_regularizer=None,
    reuse=None,
    variables_collections=None,
    outputs_collections=None,
    trainable=True,
    scope=None,
):
    """Convolve volumes; see convolution."""
    return convolution(
        inputs, num_outputs, kernel_size, stride, padding, data_format, rate, activation_fn,
        normalizer_fn, normalizer_params, weights_initializer, weights_regularizer,
        biases_initializer, biases_regularizer, reuse, variables_collections,
        outputs_collections, trainable, scope, conv_dims=3,
    )  # fmt: skip


conv3d = convolution3d


def _check_format(data_format, first, last):
    if data_format not in (first, last):
        raise ValueError("data_format has to be either %s or %s." % (first, last))


def _transposed(
    inputs, num_outputs, kernel_size, stride, padding, data_format, activation_fn, normalizer_fn,
    normalizer_params, weights_initializer, weights_regularizer, biases_initializer,
    biases_regularizer, variables_collections, outputs_collections, trainable,
):  # fmt: skip
    inputs = tf.convert_to_tensor(inputs)
    dims = len(data_format) - 2
    if inputs.shape.ndims != dims + 2:
        raise ValueError("Inputs should have rank %d, not %s" % (dims + 2, inputs.shape.ndims))
    first = data_format.startswith("NC")
    axes = range(2, dims + 2) if first else range(1, dims + 1)
    dtype = inputs.dtype.base_dtype
    kernel, steps = _tuple(kernel_size, dims), _tuple(stride, dims)
    channels = _known(inputs.shape[1 if first else -1], "channel")
    weights = _variable(
        "weights", kernel + [num_outputs, channels], dtype, weights_initializer,
        weights_regularizer, variables_collections, trainable,
    )  # fmt: skip
    reach = [max(k - s, 0) if padding.upper() == "VALID" else 0 for k, s in zip(kernel, steps)]
    sizes = list(inputs.shape.as_list())
    given = tf.shape(inputs)
    sizes[1 if first else -1] = num_outputs
    for axis, step, more in zip(axes, steps, reach):
        sizes[axis] = (given[axis] if sizes[axis] is None else sizes[axis]) * step + more
    sizes[0] = given[0]
    around = [1, 1] + steps if first else [1] + steps + [1]
    transpose = tf.nn.conv2d_transpose if dims == 2 else tf.nn.conv3d_transpose
    outputs = transpose(
        inputs, weights, tf.stack(sizes), around, padding.upper(), data_format=data_format
    )
    outputs.set_shape(
        [inputs.shape.as_list()[0]] + [one if isinstance(one, int) else None for one in sizes[1:]]
    )
    if not normalizer_fn and biases_initializer:
        biases = _variable(
            "biases", [num_outputs], dtype, biases_initializer, biases_regularizer,
            variables_collections, trainable,
        )  # fmt: skip
        outputs = tf.nn.bias_add(outputs, biases, data_format="NCHW" if first else "NHWC")
    return _finish(outputs, normalizer_fn, normalizer_params, activation_fn, outputs_collections)


@add_arg_scope
def convolution2d_transpose(
    inputs,
    num_outputs,
    kernel_size,
    stride=1,
    padding="SAME",
    data_format="NHWC",
    activation_fn=tf.nn.relu,
    normalizer_fn=None,
    normalizer_params=None,
    weights_initializer=xavier_initializer(),
    weights_regularizer=None,
    biases_initializer=tf.zeros_initializer(),
    biases_regularizer=None,
    reuse=None,
    variables_collections=None,
    outputs_collections=None,
    trainable=True,
    scope=None,
):
    """Convolve images the other way round: each stride makes them larger."""
    with tf.variable_scope(scope, "Conv2d_transpose", [inputs], reuse=reuse):
        _check_format(data_format, "NCHW", "NHWC")
        return _transposed(
            inputs, num_outputs, kernel_size, stride, padding, data_format, activation_fn,
            normalizer_fn, normalizer_params, weights_initializer, weights_regularizer,
            biases_initializer, biases_regularizer, variables_collections, outputs_collections,
            trainable,
        )  # fmt: skip


conv2d_transpose = convolution2d_transpose


@add_arg_scope
def convolution3d_transpose(
    inputs,
    num_outputs,
    kernel_size,
    stride=1,
    padding="SAME",
    data_format="NDHWC",
    activation_fn=tf.nn.relu,
    normalizer_fn=None,
    normalizer_params=None,
    weights_initializer=xavier_initializer(),
    weights_regularizer=None,
    biases_initializer=tf.zeros_initializer(),
    biases_regularizer=None,
    reuse=None,
    variables_collections=None,
    outputs_collections=None,
    trainable=True,
    scope=None,
):
    """Convolve volumes the other way round."""
    with tf.variable_scope(scope, "Conv3d_transpose", [inputs], reuse=reuse):
        _check_format(data_format, "NCDHW", "NDHWC")
        return _transposed(
            inputs, num_outputs, kernel_size, stride, padding, data_format, activation_fn,
            normalizer_fn, normalizer_params, weights_initializer, weights_regularizer,
            biases_initializer, biases_regularizer, variables_collections, outputs_collections,
            trainable,
        )  # fmt: skip


conv3d_transpose = convolution3d_transpose


@add_arg_scope
def separable_convolution2d(
    inputs,
    num_outputs,
    kernel_size,
    depth_multiplier=1,
    stride=1,
    padding="SAME",
    data_format="NHWC",
    rate=1,
    activation_fn=tf.nn.relu,
    normalizer_fn=None,
    normalizer_params=None,
    weights_initializer=xavier_initializer(),
    pointwise_initializer=None,
    weights_regularizer=None,
    biases_initializer=tf.zeros_initializer(),
    biases_regularizer=None,
    reuse=None,
    variables_collections=None,
    outputs_collections=None,
    trainable=True,
    scope=None,
):
    """Convolve each channel alone, then mix them; with num_outputs=None they stay apart."""
    _check_format(data_format, "NCHW", "NHWC")
    with tf.variable_scope(scope, "SeparableConv2d", [inputs], reuse=reuse):
        inputs = tf.convert_to_tensor(inputs)
        first = data_format.startswith("NC")
        dtype = inputs.dtype.base_dtype
        channels = _known(inputs.shape[1 if first else -1], "channel")
        steps, rates = _tuple(stride, 2), _tuple(rate, 2)
        around = [1, 1] + steps if first else [1] + steps + [1]
        deep = _variable(
            "depthwise_weights", _tuple(kernel_size, 2) + [channels, depth_multiplier], dtype,
            weights_initializer, weights_regularizer, variables_collections, trainable, "weights",
        )  # fmt: skip
        apart = num_outputs is None
        if apart:
            num_outputs = depth_multiplier * channels
            outputs = tf.nn.depthwise_conv2d(
                inputs, deep, around, padding.upper(), rate=rates, data_format=data_format
            )
        else:
            mixed = _variable(
                "pointwise_weights", [1, 1, channels * depth_multiplier, num_outputs], dtype,
                pointwise_initializer or weights_initializer, weights_regularizer,
                variables_collections, trainable, "weights",
            )  # fmt: skip
            outputs = tf.nn.separable_conv2d(
                inputs, deep, mixed, around, padding.upper(), rate=rates, data_format=data_format
            )
        # The empty normaliser counted as none where channels are mixed.
        plain = normalizer_fn is None if apart else not normalizer_fn
        if plain and biases_initializer is not None:
            biases = _variable(
                "biases", [num_outputs], dtype, biases_initializer, biases_regularizer,
                variables_collections, trainable,
            )  # fmt: skip
            outputs = tf.nn.bias_add(outputs, biases, data_format=data_format)
        return _finish(
            outputs, normalizer_fn, normalizer_params, activation_fn, outputs_collections
        )


separable_conv2d = separable_convolution2d


@add_arg_scope
def fully_connected(
    inputs,
    num_outputs,
    activation_fn=tf.nn.relu,
    normalizer_fn=None,
    normalizer_params=None,
    weights_initializer=xavier_initializer(),
    weights_regularizer=None,
    biases_initializer=tf.zeros_initializer(),
    biases_regularizer=None,
    reuse=None,
    variables_collections=None,
    outputs_collections=None,
    trainable=True,
    scope=None,
):
    """Multiply by weights along the last dimension, add biases, activate (ReLU by default)."""
    with tf.variable_scope(scope, "fully_connected", [inputs], reuse=reuse):
        inputs = tf.convert_to_tensor(inputs)
        dtype = inputs.dtype.base_dtype
        if not isinstance(num_outputs, numbers.Integral):
            raise ValueError("num_outputs should be an integer, got %r" % (num_outputs,))
        weights = _variable(
            "weights", [_known(inputs.shape[-1], "last"), num_outputs], dtype, weights_initializer,
            weights_regularizer, variables_collections, trainable,
        )  # fmt: skip
        rank = len(inputs.shape)
        if rank > 2:
            outputs = tf.tensordot(inputs, weights, [[rank - 1], [0]])
            outputs.set_shape(inputs.shape[:-1].concatenate([num_outputs]))
        else:
            outputs = tf.matmul(inputs, weights)
        if normalizer_fn is None and biases_initializer is not None:
            biases = _variable(
                "biases", [num_outputs], dtype, biases_initializer, biases_regularizer,
                variables_collections, trainable,
            )  # fmt: skip
            outputs = tf.nn.bias_add(outputs, biases)
        return _finish(
            outputs, normalizer_fn, normalizer_params, activation_fn, outputs_collections
        )


relu = functools.partial(fully_connected, activation_fn=tf.nn.relu)
relu6 = functools.partial(fully_connected, activation_fn=tf.nn.relu6)
linear = functools.partial(fully_connected, activation_fn=None)


def _constant_training(is_training):
    """Return a Python bool where the flag is known while the graph is built, else None."""
    if isinstance(is_training, (bool, int)):
        return bool(is_training)
    value = tf.get_static_value(is_training) if hasattr(tf, "get_static_value") else None
    return None if value is None else bool(value)


def _either(is_training, yes, no):
    known = _constant_training(is_training)
    if known is not None:
        return yes() if known else no()
    return tf.cond(is_training, yes, no)


def _fused(inputs, gamma, beta, mean, variance, epsilon, is_training, data_format):
    """Return (outputs, batch mean, batch variance) by the fused kernel, for ranks 2 and 4."""
    images = inputs
    if len(inputs.shape) == 2:
        channels = int(inputs.shape[-1])
        shape = [-1, channels, 1, 1] if data_format == "NCHW" else [-1, 1, 1, channels]
        images = tf.reshape(inputs, shape)

    def training():
        return tf.nn.fused_batch_norm(images, gamma, beta, epsilon=epsilon, data_format=data_format)

    def inference():
        return tf.nn.fused_batch_norm(
            images, gamma, beta, mean=mean, variance=variance, epsilon=epsilon,
            is_training=False, data_format=data_format,
        )  # fmt: skip

    outputs, batch_mean, batch_variance = _either(is_training, training, inference)
    if images is not inputs:
        outputs = tf.reshape(outputs, tf.shape(inputs))
    outputs.set_shape(inputs.shape)
    return outputs, batch_mean, batch_variance


def _unfused(inputs, gamma, beta, mean, variance, epsilon, is_training, data_format, weights):
    """Return the same for any rank, without the kernel's correction of the batch variance."""
    rank = len(inputs.shape)
    axes = [0] + list(range(2, rank)) if data_format == "NCHW" else list(range(rank - 1))

    def moments():
        if weights is None:
            return tf.nn.moments(inputs, axes)
        spread = tf.reshape(weights, [-1] + [1] * (rank - 1))
        return tf.nn.weighted_moments(inputs, axes, spread)

    batch_mean, batch_variance = _either(is_training, moments, lambda: (mean, variance))
    spread = [1, -1] + [1] * (rank - 2) if data_format == "NCHW" else [-1]
    parts = [tf.reshape(part, spread) for part in (batch_mean, batch_variance, beta, gamma)]
    return tf.nn.batch_normalization(inputs, *parts, epsilon), batch_mean, batch_variance


@add_arg_scope
def batch_norm(
    inputs,
    decay=0.999,
    center=True,
    scale=False,
    epsilon=0.001,
    activation_fn=None,
    param_initializers=None,
    param_regularizers=None,
    updates_collections=tf.GraphKeys.UPDATE_OPS,
    is_training=True,
    reuse=None,
    variables_collections=None,
    outputs_collections=None,
    trainable=True,
    batch_weights=None,
    fused=None,
    data_format="NHWC",
    zero_debias_moving_mean=False,
    scope=None,
    renorm=False,
    renorm_clipping=None,
    renorm_decay=0.99,
    adjustment=None,
):
    """Normalise over the batch; the moving averages are updated by ops in updates_collections.

    With updates_collections=None the outputs depend on the updates. renorm, adjustment and
    zero_debias_moving_mean are not offered here and raise.
    """
    if renorm or adjustment is not None or zero_debias_moving_mean:
        raise NotImplementedError(
            "renorm, adjustment and zero_debias_moving_mean are not supported"
        )
    if data_format not in ("NHWC", "NCHW"):
        raise ValueError("data_format has to be either NCHW or NHWC.")
    with tf.variable_scope(scope, "BatchNorm", [inputs], reuse=reuse):
        inputs = tf.convert_to_tensor(inputs)
        rank = len(inputs.shape)
        dtype = tf.float32 if inputs.dtype.base_dtype == tf.float16 else inputs.dtype.base_dtype
        shape = [_known(inputs.shape[1 if data_format == "NCHW" else -1], "channel")]
        starts, penalties = param_initializers or {}, param_regularizers or {}
        in_kernel = fused is not False and batch_weights is None and rank in (2, 4)
        plain = updates_collections == tf.GraphKeys.UPDATE_OPS and batch_weights is None
        # tf.contrib went through tf.layers here, which orders its variables in another way and
        # whose averages rest where it is not trainable.
        layered = plain and not (in_kernel and rank == 2)

        def parameter(name, start, trained):
            return _variable(
                name, shape, dtype, starts.get(name, start), penalties.get(name),
                variables_collections, trained,
            )  # fmt: skip

        zeros, ones = tf.zeros_initializer(), tf.ones_initializer()
        made = {"beta": tf.zeros(shape, dtype), "gamma": tf.ones(shape, dtype)}
        for name in ("gamma", "beta") if layered else ("beta", "gamma"):
            if center if name == "beta" else scale:
                made[name] = parameter(name, zeros if name == "beta" else ones, trainable)
        with tf.variable_scope(tf.get_variable_scope(), auxiliary_name_scope=False) as local:
            local.set_partitioner(None)
            mean = parameter("moving_mean", zeros, False)
            variance = parameter("moving_variance", ones, False)
        parts = (inputs, made["gamma"], made["beta"], mean, variance, epsilon, is_training)
        if in_kernel:
            outputs, batch_mean, batch_variance = _fused(*parts, data_format=data_format)
        else:
            outputs, batch_mean, batch_variance = _unfused(
                *parts, data_format=data_format, weights=batch_weights
            )

        def update():
            """Return ops that move the averages towards the batch."""
            return [
                tf.assign_sub(average, (average - value) * (1.0 - decay), name="AssignMovingAvg")
                for average, value in ((mean, batch_mean), (variance, batch_variance))
            ]

        moves = trainable or not layered
        if moves and _constant_training(is_training) is not False:
            if updates_collections is None:

                def forced():
                    with tf.control_dependencies(update()):
                        return tf.identity(outputs)

                outputs = _either(is_training, forced, lambda: tf.identity(outputs))
            else:
                moved = _either(
                    is_training, update, lambda: [tf.identity(mean), tf.identity(variance)]
                )
                for op in moved:
                    tf.add_to_collection(updates_collections, op)
        if activation_fn is not None:
            outputs = activation_fn(outputs)
        return _collected(outputs_collections, outputs)


@add_arg_scope
def layer_norm(
    inputs,
    center=True,
    scale=True,
    activation_fn=None,
    reuse=None,
    variables_collections=None,
    outputs_collections=None,
    trainable=True,
    begin_norm_axis=1,
    begin_params_axis=-1,
    scope=None,
):
    """Normalise each example over the dimensions from begin_norm_axis on."""
    with tf.variable_scope(scope, "LayerNorm", [inputs], reuse=reuse):
        inputs = tf.convert_to_tensor(inputs)
        rank = inputs.shape.ndims
        if rank is None:
            raise ValueError("Inputs %s has undefined rank." % inputs.name)
        if begin_norm_axis < 0:
            begin_norm_axis += rank
        if begin_params_axis >= rank or begin_norm_axis >= rank:
            raise ValueError(
                "begin_params_axis (%d) and begin_norm_axis (%d) must be < rank(inputs) (%d)"
                % (begin_params_axis, begin_norm_axis, rank)
            )
        shape = inputs.shape[begin_params_axis:]
        if not shape.is_fully_defined():
            raise ValueError(
                "Inputs %s: shape(inputs)[%s:] is not fully defined: %s"
                % (inputs.name, begin_params_axis, inputs.shape)
            )
        dtype = inputs.dtype.base_dtype
        beta, gamma = _shift_and_scale(
            shape, dtype, center, scale, {}, variables_collections, trainable
        )
        mean, variance = tf.nn.moments(inputs, list(range(begin_norm_axis, rank)), keep_dims=True)
        epsilon = 1e-3 if dtype == tf.float16 else 1e-12
        outputs = tf.nn.batch_normalization(inputs, mean, variance, beta, gamma, epsilon)
        outputs.set_shape(inputs.shape)
        return _finish(outputs, None, None, activation_fn, outputs_collections)


def _shift_and_scale(shape, dtype, center, scale, starts, collections, trainable):
    beta = gamma = None
    if center:
        beta = _variable(
            "beta", shape, dtype, starts.get("beta", tf.zeros_initializer()), None, collections,
            trainable,
        )  # fmt: skip
    if scale:
        gamma = _variable(
            "gamma", shape, dtype, starts.get("gamma", tf.ones_initializer()), None, collections,
            trainable,
        )  # fmt: skip
    return beta, gamma


@add_arg_scope
def instance_norm(
    inputs,
    center=True,
    scale=True,
    epsilon=1e-6,
    activation_fn=None,
    param_initializers=None,
    reuse=None,
    variables_collections=None,
    outputs_collections=None,
    trainable=True,
    data_format="NHWC",
    scope=None,
):
    """Normalise each channel of each example over its positions."""
    inputs = tf.convert_to_tensor(inputs)
    rank = inputs.shape.ndims
    if rank is None:
        raise ValueError("Inputs %s has undefined rank." % inputs.name)
    _check_format(data_format, "NCHW", "NHWC")
    with tf.variable_scope(scope, "InstanceNorm", [inputs], reuse=reuse):
        channel = 1 if data_format == "NCHW" else rank - 1
        size = _known(inputs.shape[channel], "channel")
        beta, gamma = _shift_and_scale(
            [size], inputs.dtype.base_dtype, center, scale, param_initializers or {},
            variables_collections, trainable,
        )  # fmt: skip
        if data_format == "NCHW":
            spread = [1, size] + [1] * (rank - 2)
            beta = None if beta is None else tf.reshape(beta, spread)
            gamma = None if gamma is None else tf.reshape(gamma, spread)
        axes = [axis for axis in range(1, rank) if axis != channel]
        mean, variance = tf.nn.moments(inputs, axes, keep_dims=True)
        outputs = tf.nn.batch_normalization(
            inputs, mean, variance, beta, gamma, epsilon, name="instancenorm"
        )
        return _finish(outputs, None, None, activation_fn, outputs_collections)


@add_arg_scope
def group_norm(
    inputs,
    groups=32,
    channels_axis=-1,
    reduction_axes=(-3, -2),
    center=True,
    scale=True,
    epsilon=1e-6,
    activation_fn=None,
    param_initializers=None,
    reuse=None,
    variables_collections=None,
    outputs_collections=None,
    trainable=True,
    scope=None,
    mean_close_to_zero=False,
):
    """Normalise groups of channels of each example over reduction_axes."""
    inputs = tf.convert_to_tensor(inputs)
    rank = inputs.shape.ndims
    if rank is None:
        raise ValueError("Inputs %s has undefined rank." % inputs.name)
    if channels_axis > rank - 1:
        raise ValueError("Axis is out of bounds.")
    given = tf.shape(inputs)
    sizes = [given[i] if one is None else one for i, one in enumerate(inputs.shape.as_list())]
    at = channels_axis % rank
    channels = _known(inputs.shape[at], "channel")
    axes = [axis + rank if axis < 0 else axis for axis in reduction_axes]
    for axis in axes:
        if axis > rank:
            raise ValueError("Axis is out of bounds.")
        _known(inputs.shape[axis], "reduced")
        if axis == at:
            raise ValueError("reduction_axis must be mutually exclusive with channels_axis")
    if groups > channels or channels % groups:
        raise ValueError("%d channels do not make %d groups." % (channels, groups))
    inner = [groups, channels // groups]
    spread = [1] * at + inner + [1] * (rank - 1 - at)
    parted = tf.reshape(inputs, sizes[:at] + inner + sizes[at + 1 :])
    # What lies behind the channels moves by one: they are two dimensions now.
    over = [at + 1] + [axis + 1 if axis > at else axis for axis in axes]
    with tf.variable_scope(scope, "GroupNorm", [inputs], reuse=reuse):
        beta, gamma = _shift_and_scale(
            [channels], inputs.dtype.base_dtype, center, scale, param_initializers or {},
            variables_collections, trainable,
        )  # fmt: skip
        if mean_close_to_zero:
            counts, sums, squares, _ = tf.nn.sufficient_statistics(parted, over, keep_dims=True)
            mean, variance = tf.nn.normalize_moments(counts, sums, squares, shift=None)
        else:
            mean, variance = tf.nn.moments(parted, over, keep_dims=True)
        gain = tf.rsqrt(variance + epsilon)
        offset = -mean * gain
        if gamma is not None:
            gamma = tf.reshape(gamma, spread)
            gain, offset = gain * gamma, offset * gamma
        if beta is not None:
            offset += tf.reshape(beta, spread)
        outputs = tf.reshape(parted * gain + offset, sizes)
        return _finish(outputs, None, None, activation_fn, outputs_collections)


@add_arg_scope
def unit_norm(inputs, dim, epsilon=1e-7, scope=None):
    """Scale to length one along a dimension, counted from the front."""
    with tf.variable_scope(scope, "UnitNorm", [inputs]):
        rank = inputs.shape.ndims
        if not rank:
            raise ValueError("The input rank must be known.")
        if dim < 0 or dim >= rank:
            raise ValueError("dim must be positive but smaller than the input rank.")
        return tf.div(inputs, tf.sqrt(epsilon + tf.reduce_sum(tf.square(inputs), dim, True)))


@add_arg_scope
def maxout(inputs, num_units, axis=-1, scope=None):
    """Keep the largest of each num_units-th part of an axis."""
    with tf.variable_scope(scope, "MaxOut", [inputs]):
        inputs = tf.convert_to_tensor(inputs)
        sizes = inputs.shape.as_list()
        features = sizes[axis]
        if features % num_units:
            raise ValueError(
                "number of features(%d) is not a multiple of num_units(%d)" % (features, num_units)
            )
        sizes[axis] = num_units
        sizes.append(features // num_units)
        given = tf.shape(inputs)
        sizes = [given[i] if one is None else one for i, one in enumerate(sizes)]
        return tf.reduce_max(tf.reshape(inputs, sizes), -1)


def embed_sequence(
    ids,
    vocab_size=None,
    embed_dim=None,
    unique=False,
    initializer=None,
    regularizer=None,
    trainable=True,
    scope=None,
    reuse=None,
):
    """Look up a row of an embedding for each id."""
    if not (reuse or (vocab_size and embed_dim)):
        raise ValueError(
            "Must specify vocab size and embedding dimension when not reusing. "
            "Got vocab_size=%s and embed_dim=%s" % (vocab_size, embed_dim)
        )
    with tf.variable_scope(scope, "EmbedSequence", [ids], reuse=reuse):
        known = embed_dim is not None and not (reuse and vocab_size is None)
        rows = _variable(
            "embeddings", [vocab_size, embed_dim] if known else None, None, initializer,
            regularizer, None, trainable,
        )  # fmt: skip
        if not unique:
            return tf.nn.embedding_lookup(rows, ids)
        ids = tf.convert_to_tensor(ids)
        once, places = tf.unique(tf.reshape(ids, [-1]))
        found = tf.gather(tf.nn.embedding_lookup(rows, once), places)
        found = tf.reshape(found, tf.concat([tf.shape(ids), tf.shape(rows)[1:]], 0))
        found.set_shape(ids.shape.concatenate(rows.shape[1:]))
        return found


def _pool(
    kind, default, inputs, kernel_size, stride, padding, data_format, outputs_collections, scope
):
    dims = len(data_format) - 2
    with tf.name_scope(scope, default, [inputs]):
        inputs = tf.convert_to_tensor(inputs)
        kernel, steps = _tuple(kernel_size, dims), _tuple(stride, dims)
        around = (
            (lambda sizes: [1, 1] + sizes)
            if data_format.startswith("NC")
            else (lambda sizes: [1] + sizes + [1])
        )
        outputs = kind(
            inputs, ksize=around(kernel), strides=around(steps), padding=padding.upper(),
            data_format=data_format,
        )  # fmt: skip
        return _collected(outputs_collections, outputs)


@add_arg_scope
def max_pool2d(
    inputs,
    kernel_size,
    stride=2,
    padding="VALID",
    data_format="NHWC",
    outputs_collections=None,
    scope=None,
):
    """Take the maximum over windows; strides of two and no padding by default."""
    return _pool(
        tf.nn.max_pool, "MaxPool2D", inputs, kernel_size, stride, padding, data_format,
        outputs_collections, scope,
    )  # fmt: skip


@add_arg_scope
def avg_pool2d(
    inputs,
    kernel_size,
    stride=2,
    padding="VALID",
    data_format="NHWC",
    outputs_collections=None,
    scope=None,
):
    """Take the mean over windows; strides of two and no padding by default."""
    return _pool(
        tf.nn.avg_pool, "AvgPool2D", inputs, kernel_size, stride, padding, data_format,
        outputs_collections, scope,
    )  # fmt: skip


@add_arg_scope
def max_pool3d(
    inputs,
    kernel_size,
    stride=2,
    padding="VALID",
    data_format="NDHWC",
    outputs_collections=None,
    scope=None,
):
    """Take the maximum over windows of volumes."""
    _check_format(data_format, "NCDHW", "NDHWC")
    return _pool(
        tf.nn.max_pool3d, "MaxPool3D", inputs, kernel_size, stride, padding, data_format,
        outputs_collections, scope,
    )  # fmt: skip


@add_arg_scope
def avg_pool3d(
    inputs,
    kernel_size,
    stride=2,
    padding="VALID",
    data_format="NDHWC",
    outputs_collections=None,
    scope=None,
):
    """Take the mean over windows of volumes."""
    _check_format(data_format, "NCDHW", "NDHWC")
    return _pool(
        tf.nn.avg_pool3d, "AvgPool3D", inputs, kernel_size, stride, padding, data_format,
        outputs_collections, scope,
    )  # fmt: skip


@add_arg_scope
def dropout(
    inputs,
    keep_prob=0.5,
    noise_shape=None,
    is_training=True,
    outputs_collections=None,
    scope=None,
    seed=None,
):
    """Drop inputs while training; keep_prob is the share that stays."""
    with tf.variable_scope(scope, "Dropout", [inputs]):
        inputs = tf.convert_to_tensor(inputs)
        outputs = _either(
            is_training,
            lambda: tf.nn.dropout(inputs, rate=1 - keep_prob, noise_shape=noise_shape, seed=seed),
            lambda: tf.identity(inputs),
        )
        return _collected(outputs_collections, outputs)


@add_arg_scope
def flatten(inputs, outputs_collections=None, scope=None):
    """Keep the batch dimension and join the others."""
    with tf.name_scope(scope, "Flatten", [inputs]):
        inputs = tf.convert_to_tensor(inputs)
        if not inputs.shape.ndims:
            raise ValueError("Inputs must have at least one dimension")
        sizes = inputs.shape[1:].as_list()
        size = -1 if None in sizes else functools.reduce(lambda a, b: a * b, sizes, 1)
        batch = tf.shape(inputs)[0] if size == -1 else -1
        return _collected(outputs_collections, tf.reshape(inputs, tf.stack([batch, size])))


@add_arg_scope
def one_hot_encoding(
    labels, num_classes, on_value=1.0, off_value=0.0, outputs_collections=None, scope=None
):
    """Turn class numbers into rows with one hot entry."""
    with tf.name_scope(scope, "OneHotEncoding", [labels, num_classes]):
        labels = tf.convert_to_tensor(labels)
        if labels.dtype == tf.int32:
            labels = tf.cast(labels, tf.int64)
        outputs = tf.one_hot(labels, num_classes, on_value=on_value, off_value=off_value)
        return _collected(outputs_collections, outputs)


@add_arg_scope
def softmax(logits, scope=None):
    """Apply softmax along the last dimension, whatever the rank."""
    with tf.variable_scope(scope, "softmax", [logits]):
        outputs = tf.nn.softmax(tf.reshape(logits, [-1, int(logits.shape[-1])]))
        outputs = tf.reshape(outputs, tf.shape(logits))
        outputs.set_shape(logits.shape)
        return outputs


@add_arg_scope
def bias_add(
    inputs,
    activation_fn=None,
    initializer=tf.zeros_initializer(),
    regularizer=None,
    reuse=None,
    variables_collections=None,
    outputs_collections=None,
    trainable=True,
    data_format="NHWC",
    scope=None,
):
    """Add a bias per channel."""
    with tf.variable_scope(scope, "BiasAdd", [inputs], reuse=reuse):
        inputs = tf.convert_to_tensor(inputs)
        channels = int(inputs.shape[1 if data_format == "NCHW" else -1])
        biases = _variable(
            "biases", [channels], inputs.dtype.base_dtype, initializer, regularizer,
            variables_collections, trainable,
        )  # fmt: skip
        outputs = tf.nn.bias_add(inputs, biases, data_format=data_format)
        return _finish(outputs, None, None, activation_fn, outputs_collections)


def repeat(inputs, repetitions, layer, *args, **kwargs):
    """Apply a layer several times, in scopes that are numbered."""
    scope = kwargs.pop("scope", None)
    with tf.variable_scope(scope, "Repeat", [inputs]):
        outputs = tf.convert_to_tensor(inputs)
        prefix = scope or getattr(layer, "__name__", None) or layer.func.__name__
        for number in range(repetitions):
            kwargs["scope"] = "%s_%d" % (prefix, number + 1)
            outputs = layer(outputs, *args, **kwargs)
        return outputs


def stack(inputs, layer, stack_args, **kwargs):
    """Apply a layer several times with other arguments each time."""
    scope = kwargs.pop("scope", None)
    if not isinstance(stack_args, (list, tuple)):
        raise ValueError("stack_args need to be a list or tuple")
    with tf.variable_scope(scope, "Stack", [inputs]):
        outputs = tf.convert_to_tensor(inputs)
        prefix = scope or getattr(layer, "__name__", None) or layer.func.__name__
        for number, one in enumerate(stack_args):
            arguments = one if isinstance(one, (list, tuple)) else [one]
            kwargs["scope"] = "%s_%d" % (prefix, number + 1)
            outputs = layer(outputs, *arguments, **kwargs)
        return outputs
