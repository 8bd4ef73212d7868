"""Sequence to sequence models over lists: variables, outputs, states, losses."""

import numpy as np
from shared import names, seq2seq, simple, stacked, tf

# Weights differ by name and not by stream.
BATCH, STEPS = 2, 3


def start(shape, dtype=tf.float32, partition_info=None):
    shape = [int(size) for size in shape]
    return tf.constant(np.sin(np.arange(np.prod(shape))).reshape(shape), dtype)


def numbers(width, offset=0):
    values = np.cos(np.arange(BATCH * STEPS * width) + offset).reshape(STEPS, BATCH, width)
    return [tf.constant(one, tf.float32) for one in values]


def symbols(offset=0):
    return [tf.constant([(at + row + offset) % 5 for row in range(BATCH)]) for at in range(STEPS)]


def cell(kind="BasicLSTMCell"):
    return getattr(tf.nn.rnn_cell, kind)(4)


def told(build):
    """Return what was made: names of variables, values, and those after a step of training."""

    def run():
        with tf.variable_scope("m", initializer=start):
            made = tf.nest.flatten(build())
        loss = tf.add_n([tf.reduce_sum(tf.cast(one, tf.float32) ** 2) for one in made])
        wanted = tf.trainable_variables()
        train = tf.train.GradientDescentOptimizer(0.01).minimize(loss) if wanted else tf.no_op()
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            # Each way in turn where a tensor says which: a step of training lies between.
            ways = [{one: way} for one in tf.get_collection("ways") for way in (False, True)]
            values = []
            for way in ways or [None]:
                values += session.run(made, way)
                session.run(train, way)
            values += session.run(made)
            shapes = [one.shape.as_list() for one in wanted]
        return [names(wanted), shapes, [value.tolist() for value in values]]

    return run


def way():
    """Make a tensor that says which way is gone."""
    tensor = tf.placeholder_with_default(False, [])
    tf.add_to_collection("ways", tensor)
    return tensor


def models(name, build):
    for kind in ("BasicLSTMCell", "GRUCell"):
        simple("%s_%s" % (name, kind), told(lambda kind=kind: build(cell(kind))))  # noqa: UP031


models("decoder", lambda c: seq2seq.rnn_decoder(numbers(3), c.zero_state(BATCH, tf.float32), c))
models(
    "decoder_loop",
    lambda c: seq2seq.rnn_decoder(
        numbers(4), c.zero_state(BATCH, tf.float32), c, lambda last, at: last * at, scope="d"
    ),
)
models("basic", lambda c: seq2seq.basic_rnn_seq2seq(numbers(3), numbers(3, 1), c))
models("tied", lambda c: seq2seq.tied_rnn_seq2seq(numbers(3), numbers(3, 1), c))
for feed in (False, True):
    models(
        "embedding_decoder_%s" % feed,  # noqa: UP031
        lambda c, feed=feed: seq2seq.embedding_rnn_decoder(
            symbols(),
            c.zero_state(BATCH, tf.float32),
            c,
            5,
            4,
            output_projection=(tf.eye(4, 5), tf.zeros([5])),
            feed_previous=feed,
        ),
    )
    models(
        "embedding_%s" % feed,  # noqa: UP031
        lambda c, feed=feed: seq2seq.embedding_rnn_seq2seq(
            symbols(), symbols(1), c, 5, 6, 3, feed_previous=feed
        ),
    )
    models(
        "attention_%s" % feed,  # noqa: UP031
        lambda c, feed=feed: seq2seq.embedding_attention_seq2seq(
            symbols(), symbols(1), c, 5, 6, 3, feed_previous=feed, initial_state_attention=feed
        ),
    )
models(
    "embedding_cond",
    lambda c: seq2seq.embedding_rnn_seq2seq(symbols(), symbols(1), c, 5, 6, 3, feed_previous=way()),
)
models(
    "attention_cond",
    lambda c: seq2seq.embedding_attention_seq2seq(
        symbols(), symbols(1), c, 5, 6, 3, num_heads=2, feed_previous=way()
    ),
)
models(
    "attention_projection",
    lambda c: seq2seq.embedding_attention_seq2seq(
        symbols(),
        symbols(1),
        c,
        5,
        5,
        3,
        output_projection=(tf.eye(4, 5), tf.zeros([5])),
        feed_previous=True,
        scope="named",
    ),
)
models(
    "attention_alone",
    lambda c: seq2seq.attention_decoder(
        numbers(3),
        c.zero_state(BATCH, tf.float32),
        tf.stack(numbers(4, 2), 1),
        c,
        output_size=2,
        num_heads=2,
    ),
)
models(
    "attention_decoder_embedding",
    lambda c: seq2seq.embedding_attention_decoder(
        symbols(), c.zero_state(BATCH, tf.float32), tf.stack(numbers(4, 2), 1), c, 5, 3
    ),
)
models(
    "attention_of_nothing",
    lambda c: seq2seq.attention_decoder([], c.zero_state(2, tf.float32), tf.ones([2, 3, 4]), c),
)
models(
    "attention_without_heads",
    lambda c: seq2seq.attention_decoder(
        numbers(3), c.zero_state(2, tf.float32), tf.ones([2, 3, 4]), c, num_heads=0
    ),
)
WEIGHTS = [[1.0, 0.5], [0.0, 0.5], [0.0, 1.0]]


def weights():
    return [tf.constant(one) for one in WEIGHTS]


def square(labels, logits):
    return tf.reduce_sum(logits, 1) ** 2 + tf.cast(labels, tf.float32)


for steps in (False, True):
    for batch in (False, True):
        simple(
            "sequence_loss_%s_%s" % (steps, batch),  # noqa: UP031
            told(
                lambda s=steps, b=batch: seq2seq.sequence_loss(
                    numbers(5), symbols(), weights(), s, b
                )
            ),
        )
    simple(
        "sequence_losses_%s" % steps,  # noqa: UP031
        told(lambda s=steps: seq2seq.sequence_loss_by_example(numbers(5), symbols(), weights(), s)),
    )
simple(
    "sequence_loss_own",
    told(
        lambda: seq2seq.sequence_loss(
            numbers(5), symbols(), weights(), softmax_loss_function=square, name="n"
        )
    ),
)
simple(
    "sequence_loss_uneven",
    told(lambda: seq2seq.sequence_loss_by_example(numbers(5)[1:], symbols(), weights())),
)


def bucketed(read=3, **more):
    def model(encoder_inputs, decoder_inputs):
        return seq2seq.embedding_rnn_seq2seq(encoder_inputs, decoder_inputs, cell(), 5, 6, 3)

    buckets = [(1, 2), (read, 3)]
    given = (symbols(), symbols(1), symbols(2), weights(), buckets)
    return seq2seq.model_with_buckets(*given, model, **more)


simple("buckets", told(bucketed))
simple("buckets_by_example", told(lambda: bucketed(per_example_loss=True)))
simple("buckets_own", told(lambda: bucketed(softmax_loss_function=square)))
simple("buckets_too_long", told(lambda: bucketed(read=4)))


def layers_of(kind, count=2):
    return [cell(kind) for _ in range(count)]


def both_ways(name, build):
    for kind in ("BasicLSTMCell", "GRUCell"):
        simple(
            "stacked_%s_%s" % (name, kind),  # noqa: UP031
            told(lambda kind=kind: build(layers_of(kind), layers_of(kind))),
        )


def batch_first():
    return tf.stack(numbers(3), 1)


def starts(cells):
    return [one.zero_state(BATCH, tf.float32) for one in cells]


dynamic, static = stacked.stack_bidirectional_dynamic_rnn, stacked.stack_bidirectional_rnn
both_ways("dynamic", lambda f, b: dynamic(f, b, batch_first(), dtype=tf.float32))
both_ways(
    "dynamic_lengths",
    lambda f, b: dynamic(f, b, batch_first(), starts(f), starts(b), sequence_length=[3, 1]),
)
both_ways(
    "dynamic_time_major",
    lambda f, b: dynamic(
        f, b, tf.stack(numbers(3)), dtype=tf.float32, time_major=True, scope="s", swap_memory=True
    ),
)
both_ways("static", lambda f, b: static(f, b, numbers(3), dtype=tf.float32))
both_ways(
    "static_lengths",
    lambda f, b: static(
        f, b, numbers(3), starts(f), starts(b), sequence_length=tf.constant([3, 1]), scope="s"
    ),
)
both_ways("without_cells", lambda f, b: dynamic(f, [], batch_first(), dtype=tf.float32))
both_ways("one_cell", lambda f, b: dynamic(f[0], b, batch_first(), dtype=tf.float32))
both_ways("uneven", lambda f, b: static(f, b[1:], numbers(3), dtype=tf.float32))
both_ways("few_states", lambda f, b: static(f, b, numbers(3), starts(f)[1:]))
