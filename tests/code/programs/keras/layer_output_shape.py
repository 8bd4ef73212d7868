import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

m = keras.Sequential([layers.Input((3,)), layers.Dense(2)])
print(m.layers[0].output_shape, m.input_shape, m.output_shape)
