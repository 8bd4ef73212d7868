import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

m = keras.Sequential([layers.Masking(input_shape=(2, 3)), layers.LSTM(2, kernel_initializer="ones", recurrent_initializer="zeros")])
print(m.predict(np.ones((1, 2, 3)), verbose=0).round(4).tolist())
