import numpy as np
import tensorflow as tf
from tensorflow import keras

x = np.linspace(0, 1, 24).reshape(8, 3).astype("float32")
print(keras.activations.linear(x[:1]).tolist(), float(keras.activations.swish(tf.constant(1.0))))
