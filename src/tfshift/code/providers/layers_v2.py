"""Layers that Keras got in TensorFlow 2.x, for releases before.

They take and give what those of the same names do in the newest release that has them.
Written by tfshift into this project; you own this file.
"""

import tensorflow as tf

# In 1.x the plain names are the older API.
_v2 = tf.compat.v2 if tf.__version__.startswith("1.") else tf


class _Layer(tf.keras.layers.Layer):
    """Computes in the dtype that it has, whatever comes in; its arguments are its configuration."""

    _arguments = ()

    def __init__(self, **kwargs):
        self._given = {name: kwargs.pop(name) for name in self._arguments}
        super(_Layer, self).__init__(**kwargs)

    def _floats(self, inputs):
        dtype = getattr(self, "compute_dtype", None) or self.dtype or tf.keras.backend.floatx()
        return tf.cast(inputs, dtype)

    def get_config(self):
        """Return the arguments that make the same layer."""
        config = super(_Layer, self).get_config()
        config.update(self._given)
        return config


class Rescaling(_Layer):
    """tf.keras.layers.Rescaling."""

    _arguments = ("scale", "offset")

    def __init__(self, scale, offset=0.0, **kwargs):
        super(Rescaling, self).__init__(scale=scale, offset=offset, **kwargs)
        self.scale, self.offset = scale, offset

    def call(self, inputs):
        """Return inputs times scale plus offset."""
        inputs = self._floats(inputs)
        return inputs * tf.cast(self.scale, inputs.dtype) + tf.cast(self.offset, inputs.dtype)

    def compute_output_shape(self, input_shape):
        """Return the shape of what comes out for a shape of what comes in."""
        return input_shape


class UnitNormalization(_Layer):
    """tf.keras.layers.UnitNormalization."""

    _arguments = ("axis",)

    def __init__(self, axis=-1, **kwargs):
        super(UnitNormalization, self).__init__(axis=axis, **kwargs)
        self.axis = axis

    def call(self, inputs):
        """Return inputs divided by their length along the axis."""
        return tf.nn.l2_normalize(self._floats(inputs), self.axis)

    def compute_output_shape(self, input_shape):
        """Return the shape of what comes out for a shape of what comes in."""
        return input_shape


class Resizing(_Layer):
    """tf.keras.layers.Resizing, without keeping the aspect ratio."""

    _arguments = ("height", "width", "interpolation")

    def __init__(self, height, width, interpolation="bilinear", **kwargs):
        super(Resizing, self).__init__(
            height=height, width=width, interpolation=interpolation, **kwargs
        )
        self.height, self.width, self.interpolation = height, width, interpolation

    def call(self, inputs):
        """Return images, of shape (..., height, width, channels), in the layer's size."""
        size = [self.height, self.width]
        return self._floats(_v2.image.resize(inputs, size, self.interpolation.lower()))

    def compute_output_shape(self, input_shape):
        """Return the shape of what comes out for a shape of what comes in."""
        shape = tf.TensorShape(input_shape).as_list()
        return tf.TensorShape(shape[:-3] + [self.height, self.width] + shape[-1:])
