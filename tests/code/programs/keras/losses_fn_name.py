import tensorflow as tf
from tensorflow import keras

print(float(tf.reduce_sum(keras.losses.mean_squared_error([[1.0]], [[3.0]]))), float(tf.reduce_sum(keras.metrics.mse([[1.0]], [[3.0]]))))
print(float(tf.reduce_sum(keras.losses.MSE([[1.0]], [[3.0]]))), float(tf.reduce_sum(keras.losses.kld([[1.0]], [[3.0]]))))
