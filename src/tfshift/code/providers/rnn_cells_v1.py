"""Recurrent cells as tf.nn.rnn_cell had them, for releases whose Keras has no place for them any more.

Written by tfshift into this project, because tf.compat.v1.nn.rnn_cell went when Keras 3 came. Defaults,
scope names, variable names and the order of gates are those of TensorFlow 1.15, so that checkpoints keep
their keys; tf.compat.v1.nn.dynamic_rnn and static_rnn run them. You own this file.
"""

import collections
import hashlib
import re

import tensorflow.compat.v1 as tf

LSTMStateTuple = collections.namedtuple("LSTMStateTuple", ("c", "h"))


def _refuse(**given):
    """Say plainly what this module does not do."""
    for name, value in given.items():
        if value:
            raise NotImplementedError("%s of recurrent cells is not supported here" % name)


class RNNCell(object):
    """What all cells have; a class of one's own has state_size, output_size and call.

    Args:
        trainable: whether what call makes is trained.
        name: the scope of its variables; that of the class, made unique, where None.
        dtype: kept for its callers.
    """

    def __init__(self, trainable=True, name=None, dtype=None, _reuse=None, **kwargs):
        _refuse(**kwargs)
        self.trainable = trainable
        self.built = False
        self._name, self._dtype, self._reuse = name, dtype, _reuse
        self._made, self._scope = {}, None

    @property
    def name(self):
        """What its scope is called."""
        if self._name is not None:
            return self._name
        words = re.sub(
            r"([a-z0-9])([A-Z])",
            r"\1_\2",
            re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", type(self).__name__),
        )
        return words.lower().lstrip("_")

    @property
    def state_size(self):
        """How many numbers a state has, in its structure."""
        raise NotImplementedError("state_size")

    @property
    def output_size(self):
        """How many numbers an output has."""
        raise NotImplementedError("output_size")

    @property
    def variables(self):
        """Those that it has made."""
        return list(self._made.values())

    weights = trainable_variables = trainable_weights = variables

    def call(self, inputs, state):
        """Return the output and the next state."""
        raise NotImplementedError("call")

    def __call__(self, inputs, state, scope=None):
        """Return the output and the next state, with the variables in the scope of the first call."""
        if self._scope is not None:
            # Whoever calls again means the same variables.
            with (
                tf.variable_scope(self._scope, reuse=True, auxiliary_name_scope=False),
                tf.name_scope(self._scope.original_name_scope),
            ):
                return self.call(inputs, state)
        place = scope if scope is not None else self._name
        with tf.variable_scope(place, self.name, reuse=self._reuse) as opened:
            result = self.call(inputs, state)
        self._scope, self.built = opened, True
        return result

    def zero_state(self, batch_size, dtype):
        """Return the state that a sequence starts from."""
        with tf.name_scope(type(self).__name__ + "ZeroState"):
            return _mapped(lambda size: tf.zeros(_shape(batch_size, size), dtype), self.state_size)

    def get_initial_state(self, inputs=None, batch_size=None, dtype=None):
        """Return the same, for callers that know inputs only."""
        if inputs is not None:
            inputs = tf.convert_to_tensor(inputs)
            batch_size, dtype = tf.shape(inputs)[0], inputs.dtype
        return self.zero_state(batch_size, dtype)

    def add_weight(self, name, shape=None, dtype=None, initializer=None, **options):
        """Return a variable of the cell's scope."""
        return self._variable(
            name, shape, dtype or self._dtype or tf.float32, initializer, **options
        )

    add_variable = add_weight

    def _variable(self, name, shape, dtype, initializer=None, **options):
        if name not in self._made:
            self._made[name] = tf.get_variable(
                name, shape, dtype, initializer, trainable=self.trainable, **options
            )
        return self._made[name]

    def _linear(self, inputs, size, prefix="", bias=None, kernel=None):
        """Multiply what is joined by a kernel and add a bias."""
        joined = tf.concat(inputs, 1) if len(inputs) > 1 else inputs[0]
        depth = getattr(joined.shape[1], "value", joined.shape[1])
        if depth is None:
            raise ValueError("Expected inputs.shape[-1] to be known, saw shape: %s" % joined.shape)
        dtype = joined.dtype.base_dtype
        weights = self._variable(prefix + "kernel", [int(depth), int(size)], dtype, kernel)
        outputs = tf.matmul(joined, weights)
        start = tf.zeros_initializer(dtype=dtype) if bias is None else bias
        return tf.nn.bias_add(outputs, self._variable(prefix + "bias", [int(size)], dtype, start))


LayerRNNCell = RNNCell


def _shape(batch_size, size):
    sizes = size.as_list() if isinstance(size, tf.TensorShape) else [size]
    return [batch_size] + [int(one) for one in sizes]


def _mapped(function, sizes):
    """Apply a function to the numbers of a structure of tuples."""
    if hasattr(sizes, "_fields"):
        return type(sizes)(*[_mapped(function, one) for one in sizes])
    if isinstance(sizes, (list, tuple)):
        return type(sizes)(_mapped(function, one) for one in sizes)
    return function(sizes)


def _activation(given, default):
    return default if given is None else getattr(tf.nn, given) if isinstance(given, str) else given


class BasicRNNCell(RNNCell):
    """output = state = act(W [input, state] + b)."""

    def __init__(self, num_units, activation=None, reuse=None, name=None, dtype=None, **kwargs):
        super(BasicRNNCell, self).__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        self._num_units, self._activation = num_units, _activation(activation, tf.tanh)

    @property
    def state_size(self):
        """The number of units."""
        return self._num_units

    @property
    def output_size(self):
        """The number of units."""
        return self._num_units

    def call(self, inputs, state):
        """Return the output twice: it is the state too."""
        output = self._activation(self._linear([inputs, state], self._num_units))
        return output, output


class GRUCell(BasicRNNCell):
    """A gated recurrent unit; its reset gate acts before the kernel."""

    def __init__(
        self, num_units, activation=None, reuse=None, kernel_initializer=None,
        bias_initializer=None, name=None, dtype=None, **kwargs
    ):  # fmt: skip
        super(GRUCell, self).__init__(num_units, activation, reuse, name, dtype, **kwargs)
        self._kernel, self._bias = kernel_initializer, bias_initializer

    def call(self, inputs, state):
        """Return the new state twice: it is the output too."""
        dtype = inputs.dtype.base_dtype
        one = self._bias if self._bias is not None else tf.constant_initializer(1.0, dtype=dtype)
        gates = tf.sigmoid(
            self._linear([inputs, state], 2 * self._num_units, "gates/", one, self._kernel)
        )
        reset, update = tf.split(gates, 2, 1)
        candidate = self._linear(
            [inputs, reset * state], self._num_units, "candidate/", self._bias, self._kernel
        )
        new = update * state + (1 - update) * self._activation(candidate)
        return new, new


class _Memory(RNNCell):
    """What both LSTMs have: a state of two parts."""

    _state_is_tuple = True

    def _parts(self, state):
        return state if self._state_is_tuple else tf.split(state, 2, 1)

    def _joined(self, c, h):
        return LSTMStateTuple(c, h) if self._state_is_tuple else tf.concat([c, h], 1)


class BasicLSTMCell(_Memory):
    """An LSTM without peepholes, clipping or projection."""

    def __init__(
        self, num_units, forget_bias=1.0, state_is_tuple=True, activation=None, reuse=None,
        name=None, dtype=None, **kwargs
    ):  # fmt: skip
        super(BasicLSTMCell, self).__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        self._num_units, self._forget_bias = num_units, forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = _activation(activation, tf.tanh)

    @property
    def state_size(self):
        """Two numbers a unit."""
        n = self._num_units
        return LSTMStateTuple(n, n) if self._state_is_tuple else 2 * n

    @property
    def output_size(self):
        """The number of units."""
        return self._num_units

    def call(self, inputs, state):
        """Return the output and the state of cell and output."""
        c, h = self._parts(state)
        i, j, f, o = tf.split(self._linear([inputs, h], 4 * self._num_units), 4, 1)
        forget = tf.constant(self._forget_bias, dtype=f.dtype)
        new_c = c * tf.sigmoid(f + forget) + tf.sigmoid(i) * self._activation(j)
        new_h = self._activation(new_c) * tf.sigmoid(o)
        return new_h, self._joined(new_c, new_h)


class LSTMCell(_Memory):
    """An LSTM with peepholes, clipping and projection where they are asked for."""

    def __init__(
        self, num_units, use_peepholes=False, cell_clip=None, initializer=None, num_proj=None,
        proj_clip=None, num_unit_shards=None, num_proj_shards=None, forget_bias=1.0,
        state_is_tuple=True, activation=None, reuse=None, name=None, dtype=None, **kwargs
    ):  # fmt: skip
        super(LSTMCell, self).__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        _refuse(num_unit_shards=num_unit_shards, num_proj_shards=num_proj_shards)
        self._num_units, self._num_proj = num_units, num_proj
        self._use_peepholes, self._cell_clip, self._proj_clip = use_peepholes, cell_clip, proj_clip
        self._initializer, self._forget_bias = initializer, forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = _activation(activation, tf.tanh)

    @property
    def output_size(self):
        """The number of units, or of what they are projected to."""
        return self._num_proj or self._num_units

    @property
    def state_size(self):
        """The sizes of cell and output."""
        c, h = self._num_units, self.output_size
        return LSTMStateTuple(c, h) if self._state_is_tuple else c + h

    def _parts(self, state):
        if self._state_is_tuple:
            return state
        return tf.split(state, [self._num_units, self.output_size], 1)

    def _peephole(self, gate, c):
        shape = [self._num_units]
        return self._variable("w_%s_diag" % gate, shape, c.dtype.base_dtype, self._initializer) * c

    def call(self, inputs, state):
        """Return the output and the state of cell and output."""
        c, h = self._parts(state)
        joined = self._linear([inputs, h], 4 * self._num_units, kernel=self._initializer)
        i, j, f, o = tf.split(joined, 4, 1)
        f = f + self._forget_bias
        if self._use_peepholes:
            forget, enter = f + self._peephole("f", c), i + self._peephole("i", c)
        else:
            forget, enter = f, i
        new_c = tf.sigmoid(forget) * c + tf.sigmoid(enter) * self._activation(j)
        if self._cell_clip is not None:
            new_c = tf.clip_by_value(new_c, -self._cell_clip, self._cell_clip)
        if self._use_peepholes:
            o = o + self._peephole("o", new_c)
        new_h = tf.sigmoid(o) * self._activation(new_c)
        if self._num_proj is not None:
            shape = [self._num_units, self._num_proj]
            projection = self._variable(
                "projection/kernel", shape, new_h.dtype.base_dtype, self._initializer
            )
            new_h = tf.matmul(new_h, projection)
            if self._proj_clip is not None:
                new_h = tf.clip_by_value(new_h, -self._proj_clip, self._proj_clip)
        return new_h, self._joined(new_c, new_h)


class MultiRNNCell(RNNCell):
    """Cells one above the other."""

    def __init__(self, cells, state_is_tuple=True):
        super(MultiRNNCell, self).__init__()
        if not cells:
            raise ValueError("Must specify at least one cell for MultiRNNCell.")
        self._cells, self._state_is_tuple = list(cells), state_is_tuple

    @property
    def state_size(self):
        """Those of the cells."""
        sizes = tuple(cell.state_size for cell in self._cells)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self):
        """That of the last cell."""
        return self._cells[-1].output_size

    @property
    def variables(self):
        """Those of the cells."""
        return [v for cell in self._cells for v in cell.variables]

    weights = trainable_variables = trainable_weights = variables

    def zero_state(self, batch_size, dtype):
        """Return the states that a sequence starts from."""
        with tf.name_scope(type(self).__name__ + "ZeroState"):
            if self._state_is_tuple:
                return tuple(cell.zero_state(batch_size, dtype) for cell in self._cells)
            return tf.zeros([batch_size, self.state_size], dtype)

    def call(self, inputs, state):
        """Return the last output and all states."""
        states, at = [], 0
        for number, cell in enumerate(self._cells):
            with tf.variable_scope("cell_%d" % number):
                if self._state_is_tuple:
                    before = state[number]
                else:
                    before = tf.slice(state, [0, at], [-1, cell.state_size])
                    at += cell.state_size
                inputs, new = cell(inputs, before)
                states.append(new)
        return inputs, tuple(states) if self._state_is_tuple else tf.concat(states, 1)


class _Wrapper(RNNCell):
    """A cell around another; it has no scope of its own."""

    def __init__(self, cell):
        super(_Wrapper, self).__init__()
        self._cell = cell

    @property
    def wrapped_cell(self):
        """The cell inside."""
        return self._cell

    @property
    def state_size(self):
        """That of the cell inside."""
        return self._cell.state_size

    @property
    def output_size(self):
        """That of the cell inside."""
        return self._cell.output_size

    @property
    def variables(self):
        """Those of the cell inside."""
        return self._cell.variables

    weights = trainable_variables = trainable_weights = variables

    def zero_state(self, batch_size, dtype):
        """Return that of the cell inside."""
        with tf.name_scope(type(self).__name__ + "ZeroState"):
            return self._cell.zero_state(batch_size, dtype)


class DropoutWrapper(_Wrapper):
    """A cell some of whose inputs, outputs or states are left out, drawn anew at each step."""

    def __init__(
        self, cell, input_keep_prob=1.0, output_keep_prob=1.0, state_keep_prob=1.0,
        variational_recurrent=False, input_size=None, dtype=None, seed=None,
        dropout_state_filter_visitor=None
    ):  # fmt: skip
        super(DropoutWrapper, self).__init__(cell)
        _refuse(
            variational_recurrent=variational_recurrent,
            dropout_state_filter_visitor=dropout_state_filter_visitor,
        )
        self._input, self._output, self._state = input_keep_prob, output_keep_prob, state_keep_prob
        self._seed = seed

    def _seeded(self, salt, index):
        """Return the seed of one of the draws: 1.x makes it of the text of both."""
        if self._seed is None:
            return None
        text = "%s%s_%d" % (self._seed, salt, index)
        digest = hashlib.md5(text.encode("utf-8")).hexdigest()  # noqa: S324
        return int(digest[:8], 16) & 0x7FFFFFFF

    def _dropped(self, value, keep, salt, index=0):
        if isinstance(keep, float) and keep >= 1.0:
            return value
        return tf.nn.dropout(value, keep_prob=keep, seed=self._seeded(salt, index))

    def __call__(self, inputs, state, scope=None):
        """Return the output and the next state; of an LSTM's state the cell is never left out."""
        inputs = self._dropped(inputs, self._input, "input")
        output, state = self._cell(inputs, state, scope)
        if not isinstance(self._state, float) or self._state < 1.0:
            numbers = iter(range(1 << 20))
            state = self._dropped_state(state, numbers)
        return self._dropped(output, self._output, "output"), state

    def _dropped_state(self, state, numbers):
        if isinstance(state, LSTMStateTuple):
            c, h = next(numbers), next(numbers)
            del c
            return LSTMStateTuple(state.c, self._dropped(state.h, self._state, "state", h))
        if isinstance(state, (list, tuple)):
            return type(state)(self._dropped_state(one, numbers) for one in state)
        return self._dropped(state, self._state, "state", next(numbers))


class ResidualWrapper(_Wrapper):
    """A cell whose inputs are added to its outputs."""

    def __init__(self, cell, residual_fn=None):
        super(ResidualWrapper, self).__init__(cell)
        self._residual = residual_fn or (lambda inputs, outputs: inputs + outputs)

    def __call__(self, inputs, state, scope=None):
        """Return the sum and the next state."""
        outputs, state = self._cell(inputs, state, scope)
        return self._residual(inputs, outputs), state


class DeviceWrapper(_Wrapper):
    """A cell that runs on a device."""

    def __init__(self, cell, device):
        super(DeviceWrapper, self).__init__(cell)
        self._device = device

    def __call__(self, inputs, state, scope=None):
        """Return what the cell inside returns, computed there."""
        with tf.device(self._device):
            return self._cell(inputs, state, scope)
