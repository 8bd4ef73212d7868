"""Stacked bidirectional networks as tf.contrib.rnn had them, for every TensorFlow since 1.13.

Written by tfshift into this project because TensorFlow 2 has single ones only. Names of variables,
outputs and states are those of TensorFlow 1.15; tfshift runs both side by side in its tests. You own
this file.
"""

import tensorflow.compat.v1 as tf


def _check(cells_fw, cells_bw, initial_states_fw, initial_states_bw):
    for cells, way in ((cells_fw, "fw"), (cells_bw, "bw")):
        if not cells:
            raise ValueError("Must specify at least one %s cell for BidirectionalRNN." % way)
        if not isinstance(cells, list):
            raise ValueError("cells_%s must be a list of RNNCells (one per layer)." % way)
    if len(cells_fw) != len(cells_bw):
        raise ValueError("Forward and Backward cells must have the same depth.")
    for states, way in ((initial_states_fw, "fw"), (initial_states_bw, "bw")):
        if states is not None and (not isinstance(states, list) or len(states) != len(cells_fw)):
            raise ValueError(
                "initial_states_%s must be a list of state tensors (one per layer)." % way
            )


def _stacked(run, cells_fw, cells_bw, inputs, initial_states_fw, initial_states_bw, scope):
    """Run layer after layer; run takes both cells, inputs, both starts and the layer's scope."""
    _check(cells_fw, cells_bw, initial_states_fw, initial_states_bw)
    none = [None] * len(cells_fw)
    starts = zip(initial_states_fw or none, initial_states_bw or none)
    forward, backward = [], []
    with tf.variable_scope(scope or "stack_bidirectional_rnn"):
        for at, (cells, states) in enumerate(zip(zip(cells_fw, cells_bw), starts)):
            with tf.variable_scope("cell_%d" % at) as inner:
                inputs, state_fw, state_bw = run(cells, inputs, states, inner)
            forward.append(state_fw)
            backward.append(state_bw)
    return inputs, tuple(forward), tuple(backward)


def stack_bidirectional_dynamic_rnn(
    cells_fw,
    cells_bw,
    inputs,
    initial_states_fw=None,
    initial_states_bw=None,
    dtype=None,
    sequence_length=None,
    parallel_iterations=None,
    time_major=False,
    scope=None,
    swap_memory=False,
):
    """Run layers of two cells each over [batch, steps, size]; return outputs and both ways' states."""

    def run(cells, inputs, states, _):
        outputs, (state_fw, state_bw) = tf.nn.bidirectional_dynamic_rnn(
            cells[0],
            cells[1],
            inputs,
            initial_state_fw=states[0],
            initial_state_bw=states[1],
            sequence_length=sequence_length,
            parallel_iterations=parallel_iterations,
            dtype=dtype,
            swap_memory=swap_memory,
            time_major=time_major,
        )
        return tf.concat(outputs, 2), state_fw, state_bw

    return _stacked(run, cells_fw, cells_bw, inputs, initial_states_fw, initial_states_bw, scope)


def stack_bidirectional_rnn(
    cells_fw,
    cells_bw,
    inputs,
    initial_states_fw=None,
    initial_states_bw=None,
    dtype=None,
    sequence_length=None,
    scope=None,
):
    """Run layers of two cells each over a list of [batch, size]; return outputs and states."""

    def run(cells, inputs, states, inner):
        return tf.nn.static_bidirectional_rnn(
            cells[0],
            cells[1],
            inputs,
            initial_state_fw=states[0],
            initial_state_bw=states[1],
            sequence_length=sequence_length,
            dtype=dtype,
            scope=inner,
        )

    return _stacked(run, cells_fw, cells_bw, inputs, initial_states_fw, initial_states_bw, scope)
