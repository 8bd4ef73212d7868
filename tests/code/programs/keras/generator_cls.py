import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

x = np.linspace(0, 1, 24).reshape(8, 3).astype("float32")
y = (np.arange(8) % 2).astype("float32")
class G(keras.utils.Sequence):
    def __len__(self):
        return 2
    def __getitem__(self, i):
        return x, y
m = keras.Sequential([layers.Dense(1, input_dim=3, kernel_initializer="ones")])
m.compile("sgd", "mse")
h = m.fit(G(), epochs=1, verbose=0)
print([round(v, 4) for v in h.history["loss"]])
