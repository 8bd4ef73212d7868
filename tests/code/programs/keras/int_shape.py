import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras import backend as K

i = keras.Input((3,))
o = layers.Dense(2)(i)
print(K.int_shape(o))
