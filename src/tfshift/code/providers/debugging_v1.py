"""What shows tensors as tf.Print of TensorFlow 1.x does.

Written by tfshift into this project, because TensorFlow 2.x has no operation that shows some tensors
and gives another one. You own this file.
"""

import sys

import tensorflow as tf


def Print(input_, data, message=None, summarize=3, name=None):  # noqa: N802 (its name there)
    """Return a tensor as it is, and show others on the standard error each time.

    Args:
        input_: what is given back.
        data: tensors that are shown.
        message: a text before them.
        summarize: how many numbers of each are shown at either end.
        name: what the operation is called.
    """
    parts = [message or ""]
    for tensor in data:
        tensor = tf.convert_to_tensor(tensor)
        # What has rows has brackets of its own.
        parts += ["[", tensor, "]"] if tensor.shape.rank == 0 else [tensor]
    tf.print(*parts, output_stream=sys.stderr, sep="", summarize=summarize)
    return tf.identity(input_, name=name)
