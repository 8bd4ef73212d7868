"""Recurrent cells of tf.contrib.rnn that no TensorFlow 2 has, for tf.compat.v1's functions over sequences.

Formulas, names and initial values of variables are those of TensorFlow 1.15; tfshift compares both
side by side in its tests. Written by tfshift into this project; you own this file.
"""

import collections

import tensorflow.compat.v1 as tf

try:
    LSTMStateTuple = tf.nn.rnn_cell.LSTMStateTuple
except AttributeError:
    # Keras 3 has no place for it.
    LSTMStateTuple = collections.namedtuple("LSTMStateTuple", ("c", "h"))


class _Cell(object):
    """A cell whose variables lie in a scope that is chosen when it is first called."""

    def __init__(self, default, reuse=None, name=None):
        self._default, self._reuse = name or default, reuse
        self._scope, self.built = None, False

    @property
    def name(self):
        """The name of the cell."""
        return self._default

    def zero_state(self, batch_size, dtype):
        """Return the state that a sequence starts from."""
        return tf.nest.map_structure(lambda n: tf.zeros([batch_size, n], dtype), self.state_size)

    def get_initial_state(self, inputs=None, batch_size=None, dtype=None):
        """Return the state that a sequence starts from, for its inputs."""
        if inputs is not None:
            inputs = tf.convert_to_tensor(inputs)
            batch_size, dtype = tf.shape(inputs)[0], inputs.dtype
        return self.zero_state(batch_size, dtype)

    def __call__(self, inputs, state, scope=None):
        """Return the output and the next state for one step."""
        if self._scope is None:
            with tf.variable_scope(scope, self._default, reuse=self._reuse) as found:
                self._scope = found
        reuse = True if self.built else self._reuse
        with tf.variable_scope(self._scope, reuse=reuse):
            result = self.call(inputs, state)
        self.built = True
        return result


class _Memory(_Cell):
    """A cell with memory: its state is a pair of memory and output."""

    def __init__(self, num_units, default, reuse=None, name=None):
        super(_Memory, self).__init__(default, reuse, name)
        self._num_units = num_units

    @property
    def state_size(self):
        """How many numbers the memory and the output have."""
        return LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self):
        """How many numbers an output has."""
        return self._num_units


class LSTMBlockCell(_Memory):
    """A cell with memory, its steps one formula, with or without peepholes."""

    def __init__(
        self,
        num_units,
        forget_bias=1.0,
        cell_clip=None,
        use_peephole=False,
        dtype=None,
        reuse=None,
        name="lstm_cell",
    ):
        super(LSTMBlockCell, self).__init__(num_units, "lstm_cell", reuse, name)
        self._forget_bias, self._clip, self._peephole = forget_bias, cell_clip, use_peephole

    def call(self, inputs, state):
        """Compute one step."""
        inputs = tf.convert_to_tensor(inputs)
        c, h = state
        units, dtype = self._num_units, inputs.dtype
        joined = tf.concat([inputs, h], 1)
        kernel = tf.get_variable("kernel", [int(joined.shape[1]), 4 * units], dtype)
        bias = tf.get_variable("bias", [4 * units], dtype, tf.zeros_initializer())
        gates = tf.nn.bias_add(tf.matmul(joined, kernel), bias)
        i, j, f, o = tf.split(gates, 4, axis=1)
        f += self._forget_bias
        if self._peephole:
            i += c * tf.get_variable("w_i_diag", [units], dtype)
            f += c * tf.get_variable("w_f_diag", [units], dtype)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(j)
        if self._clip is not None and self._clip > 0:
            # The kernel's gradient goes through as if nothing were cut.
            c += tf.stop_gradient(tf.clip_by_value(c, -self._clip, self._clip) - c)
        if self._peephole:
            o += c * tf.get_variable("w_o_diag", [units], dtype)
        h = tf.sigmoid(o) * tf.tanh(c)
        return h, LSTMStateTuple(c, h)


class CudnnCompatibleLSTMCell(LSTMBlockCell):
    """The cell that computes what cuDNN's layers do: nothing is added to what is forgotten."""

    def __init__(self, num_units, reuse=None):
        super(CudnnCompatibleLSTMCell, self).__init__(
            num_units, forget_bias=0, reuse=reuse, name="cudnn_compatible_lstm_cell"
        )


class LayerNormBasicLSTMCell(_Memory):
    """A cell with memory whose gates and memory are normalised, and that drops of what it takes in."""

    def __init__(
        self,
        num_units,
        forget_bias=1.0,
        input_size=None,
        activation=tf.tanh,
        layer_norm=True,
        norm_gain=1.0,
        norm_shift=0.0,
        dropout_keep_prob=1.0,
        dropout_prob_seed=None,
        reuse=None,
    ):
        super(LayerNormBasicLSTMCell, self).__init__(num_units, "layer_norm_basic_lstm_cell", reuse)
        self._forget_bias, self._activation = forget_bias, activation
        self._layer_norm, self._gain, self._shift = layer_norm, norm_gain, norm_shift
        self._keep_prob, self._seed = dropout_keep_prob, dropout_prob_seed

    def _norm(self, value, name):
        if not self._layer_norm:
            return value
        with tf.variable_scope(name):
            size, dtype = [int(value.shape[-1])], value.dtype
            gamma = tf.get_variable("gamma", size, dtype, tf.constant_initializer(self._gain))
            beta = tf.get_variable("beta", size, dtype, tf.constant_initializer(self._shift))
        mean, variance = tf.nn.moments(value, [1], keep_dims=True)
        epsilon = 1e-3 if dtype == tf.float16 else 1e-12
        return tf.nn.batch_normalization(value, mean, variance, beta, gamma, epsilon)

    def call(self, inputs, state):
        """Compute one step."""
        inputs = tf.convert_to_tensor(inputs)
        c, h = state
        units = self._num_units
        joined = tf.concat([inputs, h], 1)
        kernel = tf.get_variable("kernel", [int(joined.shape[1]), 4 * units], joined.dtype)
        gates = tf.matmul(joined, kernel)
        if not self._layer_norm:
            gates = tf.nn.bias_add(gates, tf.get_variable("bias", [4 * units], joined.dtype))
        i, j, f, o = tf.split(gates, 4, axis=1)
        i, j = self._norm(i, "input"), self._norm(j, "transform")
        f, o = self._norm(f, "forget"), self._norm(o, "output")
        taken = self._activation(j)
        if not isinstance(self._keep_prob, float) or self._keep_prob < 1:
            taken = tf.nn.dropout(taken, keep_prob=self._keep_prob, seed=self._seed)
        c = self._norm(c * tf.sigmoid(f + self._forget_bias) + tf.sigmoid(i) * taken, "state")
        h = self._activation(c) * tf.sigmoid(o)
        return h, LSTMStateTuple(c, h)


class _Projection(_Cell):
    """A cell around another one, with a product before or after it."""

    def __init__(self, cell, size, activation, reuse, default):
        super(_Projection, self).__init__(default, reuse)
        self._cell, self._size, self._activation = cell, size, activation

    @property
    def state_size(self):
        """How many numbers the state of the inner cell has."""
        return self._cell.state_size

    def zero_state(self, batch_size, dtype):
        """Return the state that the inner cell starts from."""
        return self._cell.zero_state(batch_size, dtype)

    def _project(self, value):
        kernel = tf.get_variable("kernel", [int(value.shape[1]), self._size], value.dtype)
        bias = tf.get_variable("bias", [self._size], value.dtype, tf.zeros_initializer())
        projected = tf.nn.bias_add(tf.matmul(value, kernel), bias)
        return self._activation(projected) if self._activation else projected


class InputProjectionWrapper(_Projection):
    """A cell whose inputs are multiplied by a kernel first."""

    def __init__(self, cell, num_proj, activation=None, input_size=None, reuse=None):
        super(InputProjectionWrapper, self).__init__(
            cell, num_proj, activation, reuse, "input_projection_wrapper"
        )

    @property
    def output_size(self):
        """How many numbers an output of the inner cell has."""
        return self._cell.output_size

    def call(self, inputs, state):
        """Compute one step."""
        return self._cell(self._project(tf.convert_to_tensor(inputs)), state)


class OutputProjectionWrapper(_Projection):
    """A cell whose outputs are multiplied by a kernel."""

    def __init__(self, cell, output_size, activation=None, reuse=None):
        super(OutputProjectionWrapper, self).__init__(
            cell, output_size, activation, reuse, "output_projection_wrapper"
        )

    @property
    def output_size(self):
        """How many numbers an output has."""
        return self._size

    def call(self, inputs, state):
        """Compute one step."""
        output, state = self._cell(inputs, state)
        return self._project(output), state
