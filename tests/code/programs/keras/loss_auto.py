import tensorflow as tf
from tensorflow import keras

l = keras.losses.MeanSquaredError(reduction=keras.losses.Reduction.AUTO)
print(float(l([[1.0]], [[2.0]])))
