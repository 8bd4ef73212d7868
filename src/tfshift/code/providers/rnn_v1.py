"""Cells of recurrent networks as TensorFlow 1.x has them, and what runs them over a sequence.

Keras orders the gates otherwise and keeps two kernels where these have one, so that the same
numbers as initial values would be another network.
"""

import collections
import contextlib

import tensorflow as tf
import tfshift_random_v1

LSTMStateTuple = collections.namedtuple("LSTMStateTuple", ("c", "h"))


_left = iter(())


@contextlib.contextmanager
def _drawing(places):
    """Let what is made meanwhile draw by the places that operations had in a graph, in order."""
    global _left
    before, _left = _left, iter(places)
    try:
        yield
    finally:
        _left = before


class _Cell(object):
    """A cell: makes its variables when it is first called, gives (output, state)."""

    BASE, NAMES = "", ("kernel", "bias")

    def __init__(self, num_units, activation=None):
        self._num_units = num_units
        self._activation = activation or tf.tanh
        self._made = {}
        self._starts = {}

    @property
    def parts(self):
        """What its variables are called in a checkpoint, below the scope of what runs it."""
        return tuple("%s/%s" % (self.BASE, name) for name in self.NAMES)

    def part(self, name):
        """Return one of these variables; None where it is not made yet."""
        return self._made.get(name[len(self.BASE) + 1 :])

    def begin(self, name, value):
        """Let one of these variables start from a value, once it is made."""
        self._starts[name[len(self.BASE) + 1 :]] = value

    @property
    def output_size(self):
        """How many numbers an output has."""
        return self._num_units

    @property
    def state_size(self):
        """How many numbers a state has, in its structure."""
        return self._num_units

    def zero_state(self, batch_size, dtype):
        """Return the state that a sequence starts from."""
        return tf.nest.map_structure(lambda n: tf.zeros([batch_size, n], dtype), self.state_size)

    def _variable(self, name, shape, dtype, start=None):
        if name not in self._made:
            # Made outside of the function that is being traced.
            with tf.init_scope():
                if name in self._starts:
                    value = tf.constant(self._starts.pop(name))
                elif start is None:
                    draw = tfshift_random_v1.glorot_uniform(place=next(_left, None))
                    value = draw(shape, dtype)
                else:
                    value = tf.fill(shape, start)
                self._made[name] = tf.Variable(tf.cast(value, dtype), name=name)
        return self._made[name]

    def _linear(self, inputs, size, prefix="", start=0.0):
        joined = tf.concat(inputs, 1)
        kernel = self._variable(prefix + "kernel", [joined.shape[1], size], joined.dtype)
        bias = self._variable(prefix + "bias", [size], joined.dtype, start)
        return tf.nn.bias_add(tf.matmul(joined, kernel), bias)


class BasicRNNCell(_Cell):
    """output = state = act(W [input, state] + b)."""

    BASE = "basic_rnn_cell"

    def __call__(self, inputs, state):
        """Return the output and the next state for one step."""
        output = self._activation(self._linear([inputs, state], self._num_units))
        return output, output


class GRUCell(_Cell):
    """Gated recurrent unit, its reset gate applied before the product."""

    BASE = "gru_cell"
    NAMES = ("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias")

    def __call__(self, inputs, state):
        """Return the output and the next state for one step."""
        gates = tf.sigmoid(self._linear([inputs, state], 2 * self._num_units, "gates/", 1.0))
        reset, update = tf.split(gates, 2, 1)
        candidate = self._linear([inputs, reset * state], self._num_units, "candidate/")
        output = update * state + (1 - update) * self._activation(candidate)
        return output, output


class BasicLSTMCell(_Cell):
    """Long short-term memory without peepholes, its state a pair (c, h)."""

    BASE = "basic_lstm_cell"

    def __init__(self, num_units, forget_bias=1.0, state_is_tuple=True, activation=None):
        if not state_is_tuple:
            raise ValueError("a state that is no tuple is not known here")
        super(BasicLSTMCell, self).__init__(num_units, activation)
        self._forget_bias = forget_bias

    @property
    def state_size(self):
        """How many numbers a state has, in its structure."""
        return LSTMStateTuple(self._num_units, self._num_units)

    def __call__(self, inputs, state):
        """Return the output and the next state for one step."""
        c, h = state
        gates = self._linear([inputs, h], 4 * self._num_units)
        enter, new, forget, leave = tf.split(gates, 4, 1)
        c = c * tf.sigmoid(forget + self._forget_bias) + tf.sigmoid(enter) * self._activation(new)
        h = self._activation(c) * tf.sigmoid(leave)
        return h, LSTMStateTuple(c, h)


class LSTMCell(BasicLSTMCell):
    """The same; its other arguments in 1.x are not known here."""

    BASE = "lstm_cell"

    def __init__(self, num_units, forget_bias=1.0, state_is_tuple=True, activation=None):
        super(LSTMCell, self).__init__(num_units, forget_bias, state_is_tuple, activation)


class MultiRNNCell(object):
    """Cells one upon another, the state a tuple of theirs."""

    def __init__(self, cells, state_is_tuple=True):
        if not state_is_tuple:
            raise ValueError("a state that is no tuple is not known here")
        self._cells = list(cells)

    @property
    def parts(self):
        """What its variables are called in a checkpoint, below the scope of what runs it."""
        each = enumerate(self._cells)
        return tuple("multi_rnn_cell/cell_%d/%s" % (n, p) for n, cell in each for p in cell.parts)

    def _below(self, name):
        _, number, rest = name.split("/", 2)
        return self._cells[int(number[len("cell_") :])], rest

    def part(self, name):
        """Return one of these variables; None where it is not made yet."""
        cell, rest = self._below(name)
        return cell.part(rest)

    def begin(self, name, value):
        """Let one of these variables start from a value, once it is made."""
        cell, rest = self._below(name)
        cell.begin(rest, value)

    @property
    def output_size(self):
        """How many numbers an output has."""
        return self._cells[-1].output_size

    @property
    def state_size(self):
        """How many numbers a state has, in its structure."""
        return tuple(cell.state_size for cell in self._cells)

    def zero_state(self, batch_size, dtype):
        """Return the state that a sequence starts from."""
        return tuple(cell.zero_state(batch_size, dtype) for cell in self._cells)

    def __call__(self, inputs, state):
        """Return the output and the next state for one step."""
        states = []
        for cell, before in zip(self._cells, state):
            inputs, after = cell(inputs, before)
            states.append(after)
        return inputs, tuple(states)


class DropoutWrapper(object):
    """A cell of whose inputs and outputs a share is dropped.

    Within a loop of 1.x draws are in no order that could be repeated: what ``dynamic_rnn`` drops is as
    random as there, but not the same.
    """

    def __init__(self, cell, input_keep_prob=1.0, output_keep_prob=1.0, seed=None):
        self._cell = cell
        self._keep = {"input": input_keep_prob, "output": output_keep_prob}
        if seed is not None:
            raise ValueError("a seed of dropout around a cell is not known here")

    @property
    def parts(self):
        """What its variables are called in a checkpoint, below the scope of what runs it."""
        return self._cell.parts

    def part(self, name):
        """Return one of these variables; None where it is not made yet."""
        return self._cell.part(name)

    def begin(self, name, value):
        """Let one of these variables start from a value, once it is made."""
        self._cell.begin(name, value)

    @property
    def output_size(self):
        """How many numbers an output has."""
        return self._cell.output_size

    @property
    def state_size(self):
        """How many numbers a state has, in its structure."""
        return self._cell.state_size

    def zero_state(self, batch_size, dtype):
        """Return the state that a sequence starts from."""
        return self._cell.zero_state(batch_size, dtype)

    def _dropped(self, which, value):
        keep = self._keep[which]
        if not tf.is_tensor(keep) and keep == 1.0:
            return value
        # Kept with the cell: the wrapper may be made anew in each trace.
        streams = self._cell.__dict__.setdefault("_streams", {})
        key = which, self._cell.__dict__.get("_step", 0)
        if key not in streams:
            with tf.init_scope():
                streams[key] = tfshift_random_v1.generator(place=next(_left, None))
        return tfshift_random_v1.dropout(value, streams[key], rate=1 - keep)

    def __call__(self, inputs, state):
        """Return the output and the next state for one step."""
        output, state = self._cell(self._dropped("input", inputs), state)
        return self._dropped("output", output), state


def _note_step(cell, number):
    """Tell a cell which of several operations it stands for: each drops by numbers of its own."""
    for inner in getattr(cell, "_cells", None) or [getattr(cell, "_cell", None)]:
        if inner is not None:
            inner.__dict__["_step"] = number
            _note_step(inner, number)


def _initial(cell, initial_state, batch, dtype):
    return cell.zero_state(batch, dtype) if initial_state is None else initial_state


def _until(sequence_length, time, output, after, state):
    """Return the output and state of a step; beyond a sequence's length 0 and what the state was."""
    if sequence_length is None:
        return output, after
    on = (time < tf.cast(sequence_length, tf.int32))[:, tf.newaxis]
    output = tf.where(on, output, tf.zeros_like(output))
    return output, tf.nest.map_structure(lambda new, old: tf.where(on, new, old), after, state)


def static_rnn(cell, inputs, initial_state=None, dtype=None, sequence_length=None, places=()):
    """Run a cell over a list of inputs; return the list of outputs and the last state.

    Beyond the length of a sequence outputs are 0 and the state stays. What the cell makes draws by
    the places.
    """
    with _drawing(places):
        return _static_rnn(cell, inputs, initial_state, dtype, sequence_length)


def _static_rnn(cell, inputs, initial_state, dtype, sequence_length):
    state = _initial(cell, initial_state, tf.shape(inputs[0])[0], dtype or inputs[0].dtype)
    outputs = []
    for number, each in enumerate(inputs):
        _note_step(cell, number)
        output, after = cell(each, state)
        output, state = _until(sequence_length, number, output, after, state)
        outputs.append(output)
    return outputs, state


def dynamic_rnn(
    cell,
    inputs,
    sequence_length=None,
    initial_state=None,
    dtype=None,
    time_major=False,
    places=(),
):
    """Run a cell over (batch, time, features); return the outputs and the last state.

    Beyond the length of a sequence outputs are 0 and the state stays. What the cell makes draws by
    the places.
    """
    with _drawing(places):
        return _dynamic_rnn(cell, inputs, sequence_length, initial_state, dtype, time_major)


def _dynamic_rnn(cell, inputs, sequence_length, initial_state, dtype, time_major):
    x = inputs if time_major else tf.transpose(inputs, [1, 0, 2])
    steps, batch = tf.shape(x)[0], tf.shape(x)[1]
    state = _initial(cell, initial_state, batch, dtype or x.dtype)
    taken = tf.TensorArray(x.dtype, size=steps).unstack(x)
    made = tf.TensorArray(x.dtype, size=steps, element_shape=[None, cell.output_size])

    def step(time, state, made):
        output, after = cell(taken.read(time), state)
        output, after = _until(sequence_length, time, output, after, state)
        return time + 1, after, made.write(time, output)

    _, state, made = tf.while_loop(lambda time, *_: time < steps, step, (0, state, made))
    outputs = made.stack()
    outputs.set_shape([x.shape[0], x.shape[1], cell.output_size])
    return (outputs if time_major else tf.transpose(outputs, [1, 0, 2])), state


def _turned(value, sequence_length, time, batch):
    """Turn sequences around, each up to its length."""
    if sequence_length is None:
        return tf.reverse(value, [time])
    return tf.reverse_sequence(value, sequence_length, seq_axis=time, batch_axis=batch)


def bidirectional_dynamic_rnn(
    cell_fw,
    cell_bw,
    inputs,
    sequence_length=None,
    initial_state_fw=None,
    initial_state_bw=None,
    dtype=None,
    time_major=False,
    places=(),
):
    """Run one cell forwards and one backwards; return the outputs and the last states of both.

    What the cells make draws by the places, the forward one first.
    """
    time, batch = (0, 1) if time_major else (1, 0)
    with _drawing(places):
        ahead, after = _dynamic_rnn(
            cell_fw, inputs, sequence_length, initial_state_fw, dtype, time_major
        )
        turned = _turned(inputs, sequence_length, time, batch)
        back, before = _dynamic_rnn(
            cell_bw, turned, sequence_length, initial_state_bw, dtype, time_major
        )
    return (ahead, _turned(back, sequence_length, time, batch)), (after, before)


def _turned_list(inputs, sequence_length):
    """Turn a list of steps around, each sequence up to its length."""
    if sequence_length is None:
        return inputs[::-1]
    return tf.unstack(_turned(tf.stack(inputs), sequence_length, 0, 1))


def static_bidirectional_rnn(
    cell_fw,
    cell_bw,
    inputs,
    initial_state_fw=None,
    initial_state_bw=None,
    dtype=None,
    sequence_length=None,
    places=(),
):
    """Run one cell forwards and one backwards over a list of inputs.

    Returns the list of their outputs, side by side, and the last state of each. What the cells make
    draws by the places, the forward one first.
    """
    with _drawing(places):
        ahead, after = _static_rnn(cell_fw, inputs, initial_state_fw, dtype, sequence_length)
        turned = _turned_list(inputs, sequence_length)
        back, before = _static_rnn(cell_bw, turned, initial_state_bw, dtype, sequence_length)
    back = _turned_list(back, sequence_length)
    return [tf.concat(both, 1) for both in zip(ahead, back)], after, before
