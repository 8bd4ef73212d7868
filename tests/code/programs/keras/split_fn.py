import numpy as np
import tensorflow as tf
inp = tf.keras.layers.Input(shape=(4,))
a, b = tf.split(inp, 2, axis=1)
c = tf.concat([b, a], -1)
d = tf.keras.layers.Dense(2, kernel_initializer="ones")(c)
e = tf.where(d > 0.5, d, tf.zeros_like(d))
f = tf.clip_by_value(e, 0, 1)
g = tf.pad(f, [[0, 0], [1, 1]])
m = tf.keras.models.Model(inp, [g, tf.argmax(d, axis=-1)])
print([t.tolist() for t in m.predict(np.linspace(0, 1, 8).reshape(2, 4), verbose=0)])
