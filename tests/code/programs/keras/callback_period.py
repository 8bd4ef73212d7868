import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

x = np.linspace(0, 1, 24).reshape(8, 3).astype("float32")
y = (np.arange(8) % 2).astype("float32")
m = keras.Sequential([layers.Input((3,)), layers.Dense(1, kernel_initializer="ones")])
m.compile("sgd", "mse")
m.fit(x, y, epochs=2, verbose=0, callbacks=[keras.callbacks.ModelCheckpoint("best.h5", save_best_only=True, monitor="loss")])
import os
print(os.path.exists("best.h5"))
