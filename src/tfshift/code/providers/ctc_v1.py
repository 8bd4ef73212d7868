"""Connectionist temporal classification as tf.nn of TensorFlow 1.x has it.

Written by tfshift into this project, because the functions of TensorFlow 2.x under these names take
other arguments, and merge no repeated labels. You own this file.
"""

import tensorflow as tf


def ctc_loss(
    labels,
    inputs,
    sequence_length,
    preprocess_collapse_repeated=False,
    ctc_merge_repeated=True,
    ignore_longer_outputs_than_inputs=False,
    time_major=True,
):
    """Return the loss of each example of a batch.

    Args:
        labels: a sparse tensor (batch, longest) of int32, the last class being the blank.
        inputs: logits (time, batch, classes), or (batch, time, classes) if not ``time_major``.
        sequence_length: how long each example is.
        preprocess_collapse_repeated: whether labels that repeat one another are one.
        ctc_merge_repeated: whether repeated outputs are merged.
        ignore_longer_outputs_than_inputs: whether examples with too many labels are left out.
        time_major: whether time is the first axis.
    """
    inputs = tf.convert_to_tensor(inputs)
    return tf.raw_ops.CTCLoss(
        inputs=inputs if time_major else tf.transpose(inputs, [1, 0, 2]),
        labels_indices=labels.indices,
        labels_values=labels.values,
        sequence_length=sequence_length,
        preprocess_collapse_repeated=preprocess_collapse_repeated,
        ctc_merge_repeated=ctc_merge_repeated,
        ignore_longer_outputs_than_inputs=ignore_longer_outputs_than_inputs,
    )[0]


def ctc_beam_search_decoder(
    inputs, sequence_length, beam_width=100, top_paths=1, merge_repeated=True
):
    """Return the best paths as sparse tensors of int64, and their log probabilities.

    Args:
        inputs: logits (time, batch, classes), the last class being the blank.
        sequence_length: how long each example is.
        beam_width: how many paths are followed.
        top_paths: how many of them are returned.
        merge_repeated: whether labels that repeat one another in a path are one.
    """
    found = tf.raw_ops.CTCBeamSearchDecoder(
        inputs=inputs,
        sequence_length=sequence_length,
        beam_width=beam_width,
        top_paths=top_paths,
        merge_repeated=merge_repeated,
    )
    parts = zip(found[0], found[1], found[2])
    paths = [tf.SparseTensor(indices, values, shape) for indices, values, shape in parts]
    return paths, found[3]
