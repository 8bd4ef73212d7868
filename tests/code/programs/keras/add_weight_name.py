import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

x = np.linspace(0, 1, 24).reshape(8, 3).astype("float32")
class L(layers.Layer):
    def build(self, s):
        self.w = self.add_weight("w", shape=(s[-1], 2), initializer="ones", trainable=True)
        self.b = self.add_weight(name="b", shape=(2,), initializer="zeros")
    def call(self, t):
        return tf.matmul(t, self.w) + self.b
print(L()(x).numpy().round(3).tolist())
