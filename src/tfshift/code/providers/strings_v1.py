"""Texts in parts as TensorFlow 1.x gives them: in sparse tensors.

Written by tfshift into this project, because TensorFlow 2.x gives ragged ones, and splits otherwise.
You own this file.
"""

import tensorflow as tf


def string_split(
    source, sep=None, skip_empty=True, delimiter=" ", result_type="SparseTensor", name=None
):
    """Split texts at each of some letters.

    Args:
        source: a vector of texts.
        sep: letters to split at.
        skip_empty: whether empty parts are left out.
        delimiter: another name of ``sep``.
        result_type: whether a sparse or a ragged tensor is given.
        name: what the operation is called.
    """
    letters = delimiter if sep is None else sep
    parts = tf.raw_ops.StringSplit(
        input=source, delimiter=letters, skip_empty=skip_empty, name=name
    )
    return _typed(parts, result_type)


def split(input=None, sep=None, maxsplit=-1, result_type="SparseTensor", source=None, name=None):
    """Split texts at another text, or at what separates words.

    Args:
        input: a vector of texts.
        sep: the text to split at.
        maxsplit: how often at most.
        result_type: whether a sparse or a ragged tensor is given.
        source: another name of ``input``.
        name: what the operation is called.
    """
    texts = source if input is None else input
    parts = tf.raw_ops.StringSplitV2(input=texts, sep=sep or "", maxsplit=maxsplit, name=name)
    return _typed(parts, result_type)


def _typed(parts, result_type):
    sparse = tf.SparseTensor(*parts)
    return tf.RaggedTensor.from_sparse(sparse) if result_type == "RaggedTensor" else sparse
