import tensorflow as tf
from tensorflow import keras

from tensorflow.keras.preprocessing.sequence import pad_sequences
print(pad_sequences([[1], [1, 2]]).tolist())
