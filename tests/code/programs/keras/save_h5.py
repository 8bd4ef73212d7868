import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

x = np.linspace(0, 1, 24).reshape(8, 3).astype("float32")
m = keras.Sequential([layers.Input((3,)), layers.Dense(2, kernel_initializer="ones")])
m.save("model.h5")
n = keras.models.load_model("model.h5")
print(n.predict(x, verbose=0).round(3).tolist())
