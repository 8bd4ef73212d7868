import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

x = np.linspace(0, 1, 24).reshape(8, 3).astype("float32")
l = layers.Dense(2, kernel_initializer="ones")
l(x)
print(l.kernel.numpy().tolist(), l.weights[0].shape.as_list(), l.kernel.shape.as_list())
