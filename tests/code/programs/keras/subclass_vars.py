import numpy as np
import tensorflow as tf
class Linear(tf.keras.layers.Layer):
    def __init__(self, units=2, dim=3):
        super(Linear, self).__init__()
        w = tf.ones_initializer()
        self.w = tf.Variable(initial_value=w(shape=(dim, units), dtype="float32"), trainable=True)
        b = tf.zeros_initializer()
        self.b = tf.Variable(initial_value=b(shape=(units,), dtype="float32"), trainable=True)
    def call(self, inputs):
        return tf.matmul(inputs, self.w) + self.b
l = Linear()
x = tf.ones((2, 3))
print(l(x).numpy().tolist(), len(l.trainable_variables))
o = tf.keras.optimizers.SGD(0.1)
with tf.GradientTape() as t:
    s = tf.reduce_sum(l(x))
o.apply_gradients(zip(t.gradient(s, l.trainable_variables), l.trainable_variables))
print(l(x).numpy().round(3).tolist())
