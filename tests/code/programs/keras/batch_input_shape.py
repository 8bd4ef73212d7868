import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

x = np.linspace(0, 1, 24).reshape(8, 3).astype("float32")
m = keras.Sequential([layers.Dense(2, batch_input_shape=(None, 3), kernel_initializer="ones")])
print(m.predict(x, verbose=0).round(3).tolist())
