import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

i = keras.Input((4, 3))
o = layers.TimeDistributed(layers.Dense(2, kernel_initializer="ones"))(i)
print(keras.Model(i, o).predict(np.ones((1, 4, 3)), verbose=0).tolist())
