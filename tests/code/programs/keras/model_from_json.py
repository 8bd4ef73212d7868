import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

x = np.linspace(0, 1, 24).reshape(8, 3).astype("float32")
m = keras.Sequential([layers.Dense(2, input_dim=3, kernel_initializer="ones")])
n = keras.models.model_from_json(m.to_json())
print(n.predict(x, verbose=0).shape)
