"""Sequence to sequence models over lists of tensors, as tf.contrib.legacy_seq2seq had them.

Written by tfshift into this project because TensorFlow 2 has nothing in its place. Names of variables,
outputs and losses are those of TensorFlow 1.15; tfshift runs both side by side in its tests. Cells are
whatever tf.nn.static_rnn takes. You own this file.
"""

import copy
import math

import tensorflow.compat.v1 as tf

# What keeps a sequence without any weight from being a division by zero.
_LEAST = 1e-12


def _linear(values, size):
    """Multiply values side by side with weights, and add biases."""
    values = values if isinstance(values, (list, tuple)) else [values]
    width = sum(int(value.shape[1]) for value in values)
    dtype = values[0].dtype
    weights = tf.get_variable("kernel", [width, size], dtype=dtype)
    biases = tf.get_variable("bias", [size], dtype=dtype, initializer=tf.zeros_initializer())
    whole = values[0] if len(values) == 1 else tf.concat(values, 1)
    return tf.nn.bias_add(tf.matmul(whole, weights), biases)


class _Wrapped(object):
    """A cell in a scope of its own."""

    def __init__(self, cell, scope):
        self.cell, self.scope, self.made = cell, scope, False
        self.state_size, self.output_size = cell.state_size, cell.output_size

    def zero_state(self, batch_size, dtype):
        return self.cell.zero_state(batch_size, dtype)

    def __call__(self, inputs, state):
        with tf.variable_scope(self.scope, reuse=self.made or None):
            self.made = True
            return self.call(inputs, state)


class _Embedded(_Wrapped):
    """Look up what the cell gets."""

    def __init__(self, cell, classes, size):
        super(_Embedded, self).__init__(cell, "embedding_wrapper")
        if classes <= 0 or size <= 0:
            raise ValueError(
                "Both embedding_classes and embedding_size must be > 0: %d, %d." % (classes, size)
            )
        self.shape = [classes, size]

    def call(self, inputs, state):
        reach = math.sqrt(3)
        start = tf.get_variable_scope().initializer
        start = start or tf.random_uniform_initializer(-reach, reach)
        dtype = tf.nest.flatten(state)[0].dtype
        with tf.device("/cpu:0"):
            rows = tf.get_variable("embedding", self.shape, initializer=start, dtype=dtype)
            found = tf.nn.embedding_lookup(rows, tf.reshape(inputs, [-1]))
            return self.cell(found, state)


class _Projected(_Wrapped):
    """Project what the cell gives."""

    def __init__(self, cell, size):
        super(_Projected, self).__init__(cell, "output_projection_wrapper")
        self.output_size = size

    def call(self, inputs, state):
        output, state = self.cell(inputs, state)
        return _linear(output, self.output_size), state


def _encode(cell, inputs, dtype):
    """Run a cell over a list of inputs; return outputs and the last state."""
    with tf.variable_scope("rnn"):
        state, outputs = cell.zero_state(tf.shape(inputs[0])[0], dtype), []
        for at, one in enumerate(inputs):
            if at:
                tf.get_variable_scope().reuse_variables()
            output, state = cell(one, state)
            outputs.append(output)
        return outputs, state


def _previous(rows, output_projection, update_embedding):
    """Return a function that looks up what was most likely before."""

    def loop_function(previous, _):
        if output_projection is not None:
            previous = tf.nn.xw_plus_b(previous, output_projection[0], output_projection[1])
        found = tf.nn.embedding_lookup(rows, tf.argmax(previous, 1))
        return found if update_embedding else tf.stop_gradient(found)

    return loop_function


def rnn_decoder(decoder_inputs, initial_state, cell, loop_function=None, scope=None):
    """Run a cell over inputs, or over what loop_function makes of its last output."""
    with tf.variable_scope(scope or "rnn_decoder"):
        state, outputs, previous = initial_state, [], None
        for at, one in enumerate(decoder_inputs):
            if loop_function is not None and previous is not None:
                with tf.variable_scope("loop_function", reuse=True):
                    one = loop_function(previous, at)
            if at:
                tf.get_variable_scope().reuse_variables()
            output, state = cell(one, state)
            outputs.append(output)
            if loop_function is not None:
                previous = output
        return outputs, state


def basic_rnn_seq2seq(encoder_inputs, decoder_inputs, cell, dtype=tf.float32, scope=None):
    """Decode from the state in which a copy of the cell leaves the encoder's inputs."""
    with tf.variable_scope(scope or "basic_rnn_seq2seq"):
        _, state = tf.nn.static_rnn(copy.deepcopy(cell), encoder_inputs, dtype=dtype)
        return rnn_decoder(decoder_inputs, state, cell)


def tied_rnn_seq2seq(
    encoder_inputs, decoder_inputs, cell, loop_function=None, dtype=tf.float32, scope=None
):
    """Encode and decode with the same weights."""
    with tf.variable_scope("combined_tied_rnn_seq2seq"):
        scope = scope or "tied_rnn_seq2seq"
        _, state = tf.nn.static_rnn(cell, encoder_inputs, dtype=dtype, scope=scope)
        tf.get_variable_scope().reuse_variables()
        return rnn_decoder(decoder_inputs, state, cell, loop_function=loop_function, scope=scope)


def embedding_rnn_decoder(
    decoder_inputs,
    initial_state,
    cell,
    num_symbols,
    embedding_size,
    output_projection=None,
    feed_previous=False,
    update_embedding_for_previous=True,
    scope=None,
):
    """Decode symbols; with feed_previous each step gets what was most likely before it."""
    with tf.variable_scope(scope or "embedding_rnn_decoder"):
        rows = tf.get_variable("embedding", [num_symbols, embedding_size])
        loop = _previous(rows, output_projection, update_embedding_for_previous)
        found = [tf.nn.embedding_lookup(rows, one) for one in decoder_inputs]
        return rnn_decoder(found, initial_state, cell, loop if feed_previous else None)


def _decoded(feed_previous, decode, encoder_state, count):
    """Decode one way or the other; as a tensor says, where it is one: then what is fed back stays still."""
    if isinstance(feed_previous, bool):
        return decode(feed_previous)

    def flat(choice):
        with tf.variable_scope(tf.get_variable_scope(), reuse=None if choice else True):
            outputs, state = decode(choice, False)
            return list(outputs) + tf.nest.flatten(state)

    both = tf.cond(feed_previous, lambda: flat(True), lambda: flat(False))
    return both[:count], tf.nest.pack_sequence_as(encoder_state, both[count:])


def embedding_rnn_seq2seq(
    encoder_inputs,
    decoder_inputs,
    cell,
    num_encoder_symbols,
    num_decoder_symbols,
    embedding_size,
    output_projection=None,
    feed_previous=False,
    dtype=None,
    scope=None,
):
    """Encode symbols, and decode symbols from the last state."""
    with tf.variable_scope(scope or "embedding_rnn_seq2seq") as inner:
        if dtype is not None:
            inner.set_dtype(dtype)
        encoder = _Embedded(copy.deepcopy(cell), num_encoder_symbols, embedding_size)
        _, state = _encode(encoder, encoder_inputs, inner.dtype)
        if output_projection is None:
            cell = _Projected(cell, num_decoder_symbols)

        def decode(feed, update=True):
            return embedding_rnn_decoder(
                decoder_inputs, state, cell, num_decoder_symbols, embedding_size,
                output_projection, feed, update,
            )  # fmt: skip

        return _decoded(feed_previous, decode, state, len(decoder_inputs))


def attention_decoder(
    decoder_inputs,
    initial_state,
    attention_states,
    cell,
    output_size=None,
    num_heads=1,
    loop_function=None,
    dtype=None,
    scope=None,
    initial_state_attention=False,
):
    """Run a cell that looks at attention_states, [batch, steps, size], at every step."""
    if not decoder_inputs:
        raise ValueError("Must provide at least 1 input to attention decoder.")
    if num_heads < 1:
        raise ValueError("With less than 1 heads, use a non-attention decoder.")
    size = attention_states.shape.as_list()[2]
    if size is None:
        raise ValueError("Shape[2] of attention_states must be known: %s" % attention_states.shape)
    output_size = cell.output_size if output_size is None else output_size
    with tf.variable_scope(scope or "attention_decoder", dtype=dtype) as inner:
        dtype = inner.dtype
        length = attention_states.shape.as_list()[1]
        length = tf.shape(attention_states)[1] if length is None else length
        hidden = tf.reshape(attention_states, [-1, length, 1, size])
        features, vectors = [], []
        for head in range(num_heads):
            kernel = tf.get_variable("AttnW_%d" % head, [1, 1, size, size], dtype=dtype)
            features.append(tf.nn.conv2d(hidden, kernel, [1, 1, 1, 1], "SAME"))
            vectors.append(tf.get_variable("AttnV_%d" % head, [size], dtype=dtype))

        def attend(query):
            query = tf.concat(tf.nest.flatten(query), 1)
            seen = []
            for head in range(num_heads):
                with tf.variable_scope("Attention_%d" % head):
                    asked = tf.reshape(_linear(query, size), [-1, 1, 1, size])
                    asked = tf.cast(asked, dtype)
                    fits = tf.reduce_sum(vectors[head] * tf.tanh(features[head] + asked), [2, 3])
                    shares = tf.cast(tf.nn.softmax(tf.cast(fits, tf.float32)), dtype)
                    shares = tf.reshape(shares, [-1, length, 1, 1])
                    seen.append(tf.reshape(tf.reduce_sum(shares * hidden, [1, 2]), [-1, size]))
            return seen

        batch = tf.shape(decoder_inputs[0])[0]
        seen = [tf.zeros(tf.stack([batch, size]), dtype) for _ in range(num_heads)]
        for one in seen:
            one.set_shape([None, size])
        if initial_state_attention:
            seen = attend(initial_state)
        state, outputs, previous = initial_state, [], None
        for at, one in enumerate(decoder_inputs):
            if at:
                tf.get_variable_scope().reuse_variables()
            if loop_function is not None and previous is not None:
                with tf.variable_scope("loop_function", reuse=True):
                    one = loop_function(previous, at)
            width = one.shape.with_rank(2).as_list()[1]
            if width is None:
                raise ValueError("Could not infer input size from input: %s" % one.name)
            mixed = _linear([tf.cast(value, dtype) for value in [one] + seen], width)
            output, state = cell(mixed, state)
            again = True if at == 0 and initial_state_attention else None
            with tf.variable_scope(tf.get_variable_scope(), reuse=again):
                seen = attend(state)
            with tf.variable_scope("AttnOutputProjection"):
                output = _linear([tf.cast(output, dtype)] + seen, output_size)
            if loop_function is not None:
                previous = output
            outputs.append(output)
        return outputs, state


def embedding_attention_decoder(
    decoder_inputs,
    initial_state,
    attention_states,
    cell,
    num_symbols,
    embedding_size,
    num_heads=1,
    output_size=None,
    output_projection=None,
    feed_previous=False,
    update_embedding_for_previous=True,
    dtype=None,
    scope=None,
    initial_state_attention=False,
):
    """Decode symbols with attention; see attention_decoder."""
    output_size = cell.output_size if output_size is None else output_size
    with tf.variable_scope(scope or "embedding_attention_decoder", dtype=dtype):
        rows = tf.get_variable("embedding", [num_symbols, embedding_size])
        loop = _previous(rows, output_projection, update_embedding_for_previous)
        return attention_decoder(
            [tf.nn.embedding_lookup(rows, one) for one in decoder_inputs],
            initial_state,
            attention_states,
            cell,
            output_size=output_size,
            num_heads=num_heads,
            loop_function=loop if feed_previous else None,
            initial_state_attention=initial_state_attention,
        )


def embedding_attention_seq2seq(
    encoder_inputs,
    decoder_inputs,
    cell,
    num_encoder_symbols,
    num_decoder_symbols,
    embedding_size,
    num_heads=1,
    output_projection=None,
    feed_previous=False,
    dtype=None,
    scope=None,
    initial_state_attention=False,
):
    """Encode symbols, and decode symbols with attention to all that the encoder gave."""
    with tf.variable_scope(scope or "embedding_attention_seq2seq", dtype=dtype) as inner:
        encoder = _Embedded(copy.deepcopy(cell), num_encoder_symbols, embedding_size)
        given, state = _encode(encoder, encoder_inputs, inner.dtype)
        around = tf.concat([tf.reshape(one, [-1, 1, cell.output_size]) for one in given], 1)
        output_size = None
        if output_projection is None:
            cell = _Projected(cell, num_decoder_symbols)
            output_size = num_decoder_symbols

        def decode(feed, update=True):
            return embedding_attention_decoder(
                decoder_inputs, state, around, cell, num_decoder_symbols, embedding_size,
                num_heads, output_size, output_projection, feed, update,
                initial_state_attention=initial_state_attention,
            )  # fmt: skip

        return _decoded(feed_previous, decode, state, len(decoder_inputs))


def sequence_loss_by_example(
    logits,
    targets,
    weights,
    average_across_timesteps=True,
    softmax_loss_function=None,
    name=None,
):
    """Return the weighted cross entropy of each sequence, of lists with a tensor for each step."""
    if len(targets) != len(logits) or len(weights) != len(logits):
        raise ValueError(
            "Lengths of logits, weights, and targets must be the same %d, %d, %d."
            % (len(logits), len(weights), len(targets))
        )
    with tf.name_scope(name, "sequence_loss_by_example", logits + targets + weights):
        losses = []
        for logit, target, weight in zip(logits, targets, weights):
            if softmax_loss_function is None:
                loss = tf.nn.sparse_softmax_cross_entropy_with_logits(
                    labels=tf.reshape(target, [-1]), logits=logit
                )
            else:
                loss = softmax_loss_function(labels=target, logits=logit)
            losses.append(loss * weight)
        summed = tf.add_n(losses)
        return summed / (tf.add_n(weights) + _LEAST) if average_across_timesteps else summed


def sequence_loss(
    logits,
    targets,
    weights,
    average_across_timesteps=True,
    average_across_batch=True,
    softmax_loss_function=None,
    name=None,
):
    """Return the weighted cross entropy of all sequences together."""
    with tf.name_scope(name, "sequence_loss", logits + targets + weights):
        cost = tf.reduce_sum(
            sequence_loss_by_example(
                logits, targets, weights, average_across_timesteps, softmax_loss_function
            )
        )
        if not average_across_batch:
            return cost
        return cost / tf.cast(tf.shape(targets[0])[0], cost.dtype)


def model_with_buckets(
    encoder_inputs,
    decoder_inputs,
    targets,
    weights,
    buckets,
    seq2seq,
    softmax_loss_function=None,
    per_example_loss=False,
    name=None,
):
    """Build a model once for each bucket of lengths, with shared weights; return outputs and losses."""
    for given, needed, what in (
        (encoder_inputs, buckets[-1][0], "encoder_inputs"),
        (targets, buckets[-1][1], "targets"),
        (weights, buckets[-1][1], "weights"),
    ):
        if len(given) < needed:
            raise ValueError(
                "Length of %s (%d) must be at least that of last bucket (%d)."
                % (what, len(given), needed)
            )
    measure = sequence_loss_by_example if per_example_loss else sequence_loss
    losses, outputs = [], []
    with tf.name_scope(
        name, "model_with_buckets", encoder_inputs + decoder_inputs + targets + weights
    ):
        for at, (read, written) in enumerate(buckets):
            with tf.variable_scope(tf.get_variable_scope(), reuse=True if at else None):
                made, _ = seq2seq(encoder_inputs[:read], decoder_inputs[:written])
                outputs.append(made)
                losses.append(
                    measure(
                        made,
                        targets[:written],
                        weights[:written],
                        softmax_loss_function=softmax_loss_function,
                    )
                )
    return outputs, losses
