import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

print(layers.GRU(2, kernel_initializer="ones", recurrent_initializer="ones", implementation=2, time_major=False)(np.ones((1, 2, 3), "float32")).numpy().round(4).tolist())
