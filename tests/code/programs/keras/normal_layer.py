import numpy as np
import tensorflow as tf
n = tf.keras.layers.experimental.preprocessing.Normalization(axis=-1)
n.adapt(np.array([[1.0, 2.0], [3.0, 6.0]]))
print(n(np.array([[1.0, 2.0]])).numpy().round(3).tolist())
v = tf.keras.layers.experimental.preprocessing.TextVectorization(max_tokens=5, output_sequence_length=3)
v.adapt(["a b", "b c"])
print(v(["b a"]).numpy().tolist(), [str(w) for w in v.get_vocabulary()])
