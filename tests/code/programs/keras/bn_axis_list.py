import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

x = np.linspace(0, 1, 24).reshape(8, 3).astype("float32")
m = layers.BatchNormalization(axis=[-1])
print(m(x).numpy().round(3).tolist())
