import tensorflow as tf
from tensorflow import keras

l = keras.losses.MeanSquaredError(reduction=tf.keras.losses.Reduction.SUM)
print(float(l([[1.0]], [[2.0]])))
