import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

x = np.linspace(0, 1, 24).reshape(8, 3).astype("float32")
y = (np.arange(8) % 2).astype("float32")
m = keras.Sequential([layers.Dense(2, input_dim=3, kernel_initializer="ones", activation="softmax")])
m.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.RMSprop(learning_rate=1e-3, rho=0.9, epsilon=1e-08), metrics=["accuracy"])
print([round(v, 4) for v in m.evaluate(x, y, verbose=0)])
