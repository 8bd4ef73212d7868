"""Conditional random fields: scores, likelihoods, gradients, decoded tags."""

import numpy as np
from shared import crf, simple, tf

# Batch, steps and tags; one step is a case of its own, as are sizes not known beforehand.
SIZES = [(3, 5, 4, True), (2, 1, 3, True), (3, 4, 3, False), (2, 1, 3, False), (1, 7, 2, True)]


def drawn(batch, steps, tags):
    random = np.random.RandomState(3)
    scores = random.randn(batch, steps, tags).astype("float32")
    allowed = random.rand(batch, steps, tags) > 0.4
    allowed[:, :, 0] = True
    given = random.randint(0, tags, (batch, steps))
    return scores, random.randn(tags, tags).astype("float32"), given, allowed


def tagged(batch, steps, tags, known, dtype):
    """Return all that the module says of one batch, whose rows are full, ever shorter, empty."""
    scores, transitions, given, allowed = drawn(batch, steps, tags)
    given = given.astype(dtype)
    if known:
        scores, given = tf.constant(scores), tf.constant(given)
    else:
        scores = tf.placeholder_with_default(scores, [None, None, tags])
        given = tf.placeholder_with_default(given, [None, None])
    transitions, lengths = tf.constant(transitions), tf.placeholder(dtype, [batch])
    likelihood, _ = crf.crf_log_likelihood(scores, given, lengths, transitions)
    slopes = tf.gradients(likelihood, [scores, transitions])
    told = [
        crf.crf_log_norm(scores, lengths, transitions),
        crf.crf_unary_score(given, lengths, scores),
        crf.crf_binary_score(given, lengths, transitions),
        crf.crf_sequence_score(scores, given, lengths, transitions),
        crf.crf_multitag_sequence_score(scores, tf.constant(allowed), lengths, transitions),
        likelihood,
        slopes[0],
        # With a single step the transitions have no part in it.
        tf.zeros_like(transitions) if slopes[1] is None else slopes[1],
        *crf.crf_decode(scores, transitions, lengths),
    ]
    shorter = [max(steps - row, 0) for row in range(batch)]
    with tf.Session() as session:
        ran = [session.run(told, {lengths: row}) for row in ([steps] * batch, shorter, [0] * batch)]
    return [[[value.dtype.name, value.tolist()] for value in values] for values in ran]


def tagged_one(batch, steps, tags):
    scores, transitions, _, _ = drawn(batch, steps, tags)
    best, score = crf.viterbi_decode(scores[0], transitions)
    return [[int(tag) for tag in best], float(score)]


for batch, steps, tags, known in SIZES:
    whole = "tagged_%d_%d_%d_%s" % (batch, steps, tags, known)  # noqa: UP031
    for dtype in ("int32", "int64"):
        given = (batch, steps, tags, known, dtype)
        simple(whole + "_" + dtype, lambda given=given: tagged(*given))
    simple(whole + "_viterbi", lambda given=(batch, steps, tags): tagged_one(*given))


def trained_tags():
    scores, _, given, _ = drawn(3, 4, 3)
    with tf.variable_scope("tags", initializer=tf.constant_initializer(0.1)):
        likelihood, transitions = crf.crf_log_likelihood(
            tf.constant(scores), tf.constant(given), tf.constant([4, 3, 2])
        )
    train = tf.train.GradientDescentOptimizer(0.1).minimize(-tf.reduce_mean(likelihood))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in range(3):
            session.run(train)
        return [transitions.name, session.run(transitions).tolist()]


simple("tagged_and_trained", trained_tags)
