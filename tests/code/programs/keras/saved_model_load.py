import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

m = keras.Sequential([layers.Input((3,)), layers.Dense(2, kernel_initializer="ones")])
tf.saved_model.save(m, "sm")
print(sorted(tf.saved_model.load("sm").signatures))
