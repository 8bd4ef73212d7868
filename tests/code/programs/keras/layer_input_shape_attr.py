import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

m = keras.Sequential([layers.Input((3,)), layers.Dense(2)])
print(m.layers[0].input_shape)
