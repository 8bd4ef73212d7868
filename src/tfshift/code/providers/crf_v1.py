"""Conditional random fields as tf.contrib.crf had them, for every TensorFlow since 1.13.

Written by tfshift into this project because TensorFlow 2 has none. Scores, likelihoods, gradients and
decoded tags are those of TensorFlow 1.15; tfshift runs both side by side in its tests. The recurrent
cells of tf.contrib.crf are not here: loops do their work. You own this file.
"""

import numpy as np
import tensorflow.compat.v1 as tf


def _walk(step, state, inputs):
    """Fold over the steps of [batch, steps, tags]; return the last state, a tuple.

    The first step is walked too, and must change nothing: an array has a gradient where all that it
    holds was read.
    """
    count = tf.shape(inputs)[1]
    steps = tf.TensorArray(inputs.dtype, count, element_shape=inputs[:, 0].shape)
    steps = steps.unstack(tf.transpose(inputs, [1, 0, 2]))

    def once(at, *state):
        return (at + 1,) + step(at, steps.read(at), *state)

    return tf.while_loop(lambda at, *_: at < count, once, (0,) + state)[1:]


def crf_log_norm(inputs, sequence_lengths, transition_params):
    """Return the log of the sum over all sequences of tags, [batch].

    Args:
        inputs: scores of single tags, [batch, steps, tags].
        sequence_lengths: [batch]; 0 gives 0.
        transition_params: scores of a tag after another, [tags, tags].
    """
    inputs = tf.convert_to_tensor(inputs)
    lengths = tf.convert_to_tensor(sequence_lengths)

    def step(at, scores, alphas):
        new = scores + tf.reduce_logsumexp(tf.expand_dims(alphas, 2) + transition_params, [1])
        later = tf.logical_and(at > 0, tf.cast(at, lengths.dtype) < lengths)
        return (tf.where(later, new, alphas),)

    (alphas,) = _walk(step, (inputs[:, 0],), inputs)
    norm = tf.reduce_logsumexp(alphas, [1])
    return tf.where(lengths <= 0, tf.zeros_like(norm), norm)


def crf_unary_score(tag_indices, sequence_lengths, inputs):
    """Return the sum of the scores of the given tags alone, [batch]."""
    tags = tf.convert_to_tensor(tag_indices)
    chosen = tf.squeeze(tf.batch_gather(inputs, tf.expand_dims(tags, 2)), [2])
    mask = tf.sequence_mask(sequence_lengths, tf.shape(tags)[1], tf.float32)
    return tf.reduce_sum(chosen * mask, 1)


def crf_binary_score(tag_indices, sequence_lengths, transition_params):
    """Return the sum of the scores of each given tag after the one before it, [batch]."""
    tags = tf.convert_to_tensor(tag_indices)
    pairs = tf.stack([tags[:, :-1], tags[:, 1:]], 2)
    mask = tf.sequence_mask(sequence_lengths, tf.shape(tags)[1], tf.float32)
    return tf.reduce_sum(tf.gather_nd(transition_params, pairs) * mask[:, 1:], 1)


def crf_sequence_score(inputs, tag_indices, sequence_lengths, transition_params):
    """Return the score of the given tags that is not normalised, [batch]."""
    alone = crf_unary_score(tag_indices, sequence_lengths, inputs)
    return alone + crf_binary_score(tag_indices, sequence_lengths, transition_params)


def crf_multitag_sequence_score(inputs, tag_bitmap, sequence_lengths, transition_params):
    """Return the log of the sum over all sequences that tag_bitmap allows, [batch]."""
    inputs = tf.convert_to_tensor(inputs)
    allowed = tf.where(tag_bitmap, inputs, tf.fill(tf.shape(inputs), float("-inf")))
    # A single step counts even where its length is 0, as it did.
    lengths = tf.convert_to_tensor(sequence_lengths)
    lengths = tf.where(tf.fill(tf.shape(lengths), tf.equal(tf.shape(inputs)[1], 1)),
                       tf.ones_like(lengths), lengths)  # fmt: skip
    return crf_log_norm(allowed, lengths, transition_params)


def crf_log_likelihood(inputs, tag_indices, sequence_lengths, transition_params=None):
    """Return the log-likelihood of the given tags, [batch], and the transitions.

    Args:
        inputs: scores of single tags, [batch, steps, tags].
        tag_indices: [batch, steps].
        sequence_lengths: [batch].
        transition_params: [tags, tags]; a variable named transitions is made where None.
    """
    inputs = tf.convert_to_tensor(inputs)
    if transition_params is None:
        count = inputs.shape.as_list()[2]
        transition_params = tf.get_variable("transitions", [count, count])
    scores = crf_sequence_score(inputs, tag_indices, sequence_lengths, transition_params)
    return scores - crf_log_norm(inputs, sequence_lengths, transition_params), transition_params


def viterbi_decode(score, transition_params):
    """Return the best tags of one sequence, and their score, of arrays [steps, tags]."""
    best, back = score[0], []
    for scores in score[1:]:
        paths = np.expand_dims(best, 1) + transition_params
        back.append(np.argmax(paths, 0))
        best = scores + np.max(paths, 0)
    tags = [np.argmax(best)]
    for pointers in reversed(back):
        tags.append(pointers[tags[-1]])
    return tags[::-1], np.max(best)


def crf_decode(potentials, transition_params, sequence_length):
    """Return the best tags, [batch, steps], zeros after each end, and their scores, [batch]."""
    potentials = tf.convert_to_tensor(potentials)
    lengths = tf.cast(tf.maximum(sequence_length, 1), tf.int32)

    def step(at, scores, best, back):
        paths = tf.expand_dims(best, 2) + transition_params
        back = back.write(at, tf.argmax(paths, 1, output_type=tf.int32))
        later = tf.logical_and(at > 0, at < lengths)
        return tf.where(later, scores + tf.reduce_max(paths, [1]), best), back

    first, count = potentials[:, 0], tf.shape(potentials)[1]
    kept = tf.TensorArray(tf.int32, count, element_shape=first.shape)
    best, back = _walk(step, (first, kept), potentials)
    back = back.stack()
    last = tf.argmax(best, axis=1, output_type=tf.int32)
    rows = tf.range(tf.shape(last)[0])

    def backwards(at, after, found):
        follow = back[tf.minimum(at + 1, count - 1)]
        before = tf.gather_nd(follow, tf.stack([rows, after], 1))
        tag = tf.where(at < lengths - 1, before, last)
        return at - 1, tag, found.write(at, tf.where(at < lengths, tag, tf.zeros_like(tag)))

    found = tf.TensorArray(tf.int32, count, element_shape=last.shape)
    _, _, found = tf.while_loop(lambda at, *_: at >= 0, backwards, (count - 1, last, found))
    tags = tf.transpose(found.stack(), [1, 0])
    tags.set_shape(potentials.shape[:2])
    return tags, tf.reduce_max(best, axis=1)
