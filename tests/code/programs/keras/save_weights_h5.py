import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

x = np.linspace(0, 1, 24).reshape(8, 3).astype("float32")
m = keras.Sequential([layers.Input((3,)), layers.Dense(2, kernel_initializer="ones")])
m.save_weights("w.h5")
m.set_weights([np.zeros((3, 2)), np.zeros(2)])
m.load_weights("w.h5")
print(m.predict(x, verbose=0).round(3).tolist())
