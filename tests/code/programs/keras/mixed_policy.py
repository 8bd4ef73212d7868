import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

x = np.linspace(0, 1, 24).reshape(8, 3).astype("float32")
tf.keras.mixed_precision.set_global_policy("mixed_float16")
l = layers.Dense(2, kernel_initializer="ones")
print(l(x).dtype.name if hasattr(l(x).dtype, "name") else l(x).dtype, tf.keras.mixed_precision.global_policy().name)
