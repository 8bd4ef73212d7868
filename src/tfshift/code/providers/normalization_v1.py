"""Batch normalisation as tf.layers of TensorFlow 1.x computes it.

What Keras has updates its moving averages in each training call, and Keras 3 computes other
variances. Here they change where a call says so: where a graph ran what it had collected for that.
"""

import tensorflow as tf


class BatchNormalization(tf.Module):
    """Normalises each channel by what a batch holds, or by moving averages of that.

    Args:
        axis: which axis the channels are.
        momentum: how much of a moving average stays in an update.
        epsilon: what is added to the variance.
        center: whether beta is added.
        scale: whether it is multiplied by gamma.
        beta_initializer: gives beta's first value for a shape; zeros if it is None.
        gamma_initializer: gives gamma's first value for a shape; ones if it is None.
        fused: whether images take the one operation for it, as they do if it is None.
        trainable: whether beta and gamma are trained.
    """

    parts = ("gamma", "beta", "moving_mean", "moving_variance")

    def __init__(
        self,
        axis=-1,
        momentum=0.99,
        epsilon=0.001,
        center=True,
        scale=True,
        beta_initializer=None,
        gamma_initializer=None,
        fused=None,
        trainable=True,
    ):
        super(BatchNormalization, self).__init__()
        self.axis, self.momentum, self.epsilon = axis, momentum, epsilon
        self.center, self.scale, self.fused, self.trainable = center, scale, fused, trainable
        self.beta_initializer, self.gamma_initializer = beta_initializer, gamma_initializer
        self.moving_mean_initializer = self.moving_variance_initializer = None
        self.gamma = self.beta = self.moving_mean = self.moving_variance = None

    @property
    def built(self):
        """Whether its variables are made, which they are when it is first called."""
        return self.moving_mean is not None

    @property
    def trainable_variables(self):
        """Gamma and beta, in this order."""
        return [v for v in (self.gamma, self.beta) if v is not None and v.trainable]

    @property
    def variables(self):
        """All its variables, in the order of a graph."""
        held = (getattr(self, name) for name in self.parts)
        return [v for v in held if v is not None]

    def _build(self, width, dtype):
        zeros, ones = tf.zeros([width], dtype), tf.ones([width], dtype)
        made = [("gamma", ones, self.scale), ("beta", zeros, self.center)]
        made += [("moving_mean", zeros, True), ("moving_variance", ones, True)]
        for name, value, wanted in made:
            if not wanted:
                continue
            start = getattr(self, name + "_initializer")
            trained = self.trainable and not name.startswith("moving")
            value = value if start is None else start([width])
            setattr(self, name, tf.Variable(value, trainable=trained, name=name))

    def __call__(self, inputs, training=False, update=False):
        """Return the inputs normalised.

        Args:
            inputs: a tensor of any shape whose number of channels is known.
            training: whether by the batch; a truth value or a tensor of one.
            update: whether the moving averages change by what the batch holds, while training.
        """
        inputs = tf.convert_to_tensor(inputs)
        rank = len(inputs.shape)
        axis = self.axis + rank if self.axis < 0 else self.axis
        if not self.built:
            with tf.init_scope():
                self._build(int(inputs.shape[axis]), inputs.dtype)
        fused = rank == 4 if self.fused is None else self.fused
        batch = self._of_images if fused and axis in (1, 3) else self._of_all

        def by_batch():
            return batch(inputs, axis, True)

        def by_averages():
            return batch(inputs, axis, False)

        if isinstance(training, (tf.Tensor, tf.Variable)):
            chosen = tf.cast(training, tf.bool)
            normalised, mean, variance = tf.cond(chosen, by_batch, by_averages)
            kept = tf.cond(chosen, lambda: self.momentum, lambda: 1.0)
        else:
            normalised, mean, variance = by_batch() if training else by_averages()
            kept = self.momentum if training else 1.0
        if update:
            for average, value in ((self.moving_mean, mean), (self.moving_variance, variance)):
                average.assign_sub((average - value) * tf.cast(1.0 - kept, average.dtype))
        return normalised

    def _of_images(self, inputs, axis, training):
        width = self.moving_mean.shape
        normalised, mean, variance = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=tf.ones(width) if self.gamma is None else self.gamma,
            offset=tf.zeros(width) if self.beta is None else self.beta,
            mean=tf.zeros([0]) if training else self.moving_mean,
            variance=tf.zeros([0]) if training else self.moving_variance,
            epsilon=self.epsilon,
            data_format="NHWC" if axis == 3 else "NCHW",
            is_training=training,
        )[:3]
        return normalised, mean, variance

    def _of_all(self, inputs, axis, training):
        mean, variance = self.moving_mean, self.moving_variance
        mean, variance = tf.identity(mean), tf.identity(variance)
        others = [a for a in range(len(inputs.shape)) if a != axis]
        if training:
            mean, variance = tf.nn.moments(inputs, others)
        shape = [1] * len(inputs.shape)
        shape[axis] = -1

        def spread(value):
            last = axis == len(shape) - 1
            return value if value is None or last else tf.reshape(value, shape)

        normalised = tf.nn.batch_normalization(
            inputs,
            spread(mean),
            spread(variance),
            spread(self.beta),
            spread(self.gamma),
            self.epsilon,
        )
        return normalised, mean, variance
