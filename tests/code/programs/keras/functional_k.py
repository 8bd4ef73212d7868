import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras import backend as K

x = np.linspace(0, 1, 24).reshape(8, 3).astype("float32")
i = keras.Input((3,))
a = layers.Dense(2, kernel_initializer="ones")(i)
o = K.sum(K.square(a), axis=-1, keepdims=True)
m = keras.Model(i, o)
print(m.predict(x, verbose=0).round(3).tolist())
