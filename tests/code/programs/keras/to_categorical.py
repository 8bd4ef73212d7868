import tensorflow as tf
from tensorflow import keras

from tensorflow.keras.utils import to_categorical
print(to_categorical([0, 1, 2], num_classes=3).tolist(), to_categorical([0, 1]).dtype)
