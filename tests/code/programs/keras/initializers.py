import tensorflow as tf
from tensorflow import keras

print(keras.initializers.Constant(2.0)((2,)).numpy().tolist(), keras.initializers.get("ones")((2,)).numpy().tolist())
