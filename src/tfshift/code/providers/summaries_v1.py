"""tf.contrib.deprecated: summaries whose tag is the text that they are given.

Written by tfshift into this project because TensorFlow 2 has none of it: tf.summary of 1.x makes the
tag from the name of the operation, here it is kept as it stands. You own this file.
"""

import tensorflow.compat.v1 as tf


def _collected(value, collections):
    for key in [tf.GraphKeys.SUMMARIES] if collections is None else collections:
        tf.add_to_collection(key, value)
    return value


def scalar_summary(tags, values, collections=None, name=None):
    """Give a summary of numbers.

    Args:
        tags: a text, or texts of the shape of ``values``.
        values: numbers.
        collections: keys of the collections that it joins; summaries alone if None.
        name: of the operation.

    Returns:
        A tensor of one serialized Summary.
    """
    with tf.name_scope(name, "ScalarSummary", [tags, values]) as scope:
        value = tf.raw_ops.ScalarSummary(tags=tags, values=values, name=scope)
        return _collected(value, collections)


def histogram_summary(tag, values, collections=None, name=None):
    """Give a summary of how values are spread.

    Args:
        tag: a text.
        values: numbers of any shape.
        collections: keys of the collections that it joins; summaries alone if None.
        name: of the operation.

    Returns:
        A tensor of one serialized Summary.
    """
    with tf.name_scope(name, "HistogramSummary", [tag, values]) as scope:
        value = tf.raw_ops.HistogramSummary(tag=tag, values=values, name=scope)
        return _collected(value, collections)


def image_summary(tag, tensor, max_images=3, collections=None, name=None):
    """Give a summary of images.

    Args:
        tag: a text; those of several images end in their number.
        tensor: (images, height, width, 1, 3 or 4 channels).
        max_images: how many are shown at most.
        collections: keys of the collections that it joins; summaries alone if None.
        name: of the operation.

    Returns:
        A tensor of one serialized Summary.
    """
    with tf.name_scope(name, "ImageSummary", [tag, tensor]) as scope:
        value = tf.raw_ops.ImageSummary(tag=tag, tensor=tensor, max_images=max_images, name=scope)
        return _collected(value, collections)


def audio_summary(tag, tensor, sample_rate, max_outputs=3, collections=None, name=None):
    """Give a summary of sounds.

    Args:
        tag: a text; those of several sounds end in their number.
        tensor: (sounds, frames, channels) or (sounds, frames), from -1 to 1.
        sample_rate: in hertz.
        max_outputs: how many are kept at most.
        collections: keys of the collections that it joins; summaries alone if None.
        name: of the operation.

    Returns:
        A tensor of one serialized Summary.
    """
    with tf.name_scope(name, "AudioSummary", [tag, tensor]) as scope:
        rate = tf.convert_to_tensor(sample_rate, dtype=tf.float32, name="sample_rate")
        value = tf.raw_ops.AudioSummaryV2(
            tag=tag, tensor=tensor, sample_rate=rate, max_outputs=max_outputs, name=scope
        )
        return _collected(value, collections)
