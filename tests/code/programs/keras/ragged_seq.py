import numpy as np
from tensorflow.keras.preprocessing.sequence import pad_sequences
from tensorflow.keras.preprocessing.text import Tokenizer, one_hot
from tensorflow.keras.utils import to_categorical
t = Tokenizer(num_words=10, oov_token="<OOV>")
t.fit_on_texts(["the cat sat", "the dog"])
s = pad_sequences(t.texts_to_sequences(["the cat", "a dog sat"]), maxlen=4, padding="post")
print(s.tolist(), to_categorical(s[:, 0], num_classes=5).tolist(), to_categorical([0, 1]).dtype)
