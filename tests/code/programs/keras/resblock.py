import numpy as np
import tensorflow as tf
from tensorflow.keras import layers as L
def block(x, n):
    y = L.Conv2D(n, 3, padding="same", kernel_initializer="ones")(x)
    y = tf.nn.relu(y)
    y = y + x
    return tf.nn.relu6(y * 0.01)
inp = tf.keras.Input(shape=(4, 4, 1))
x = block(inp, 1)
for _ in range(2):
    x = block(x, 1)
x = tf.reduce_mean(x, axis=[1, 2])
m = tf.keras.Model(inputs=inp, outputs=x)
print(m.predict(np.ones((1, 4, 4, 1)), verbose=0).round(4).tolist())
