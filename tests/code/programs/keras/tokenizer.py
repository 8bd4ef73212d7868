import tensorflow as tf
from tensorflow import keras

from tensorflow.keras.preprocessing.text import Tokenizer
t = Tokenizer()
t.fit_on_texts(["a b", "b c"])
print(t.texts_to_sequences(["a c"]))
