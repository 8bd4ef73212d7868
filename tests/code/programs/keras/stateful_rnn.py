import numpy as np
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import GRU, Dense
model = Sequential()
model.add(GRU(2, batch_input_shape=(2, None, 1), stateful=True, return_sequences=True, kernel_initializer="ones", recurrent_initializer="ones"))
model.add(Dense(1, kernel_initializer="ones"))
x = np.ones((2, 2, 1), "float32")
a = model.predict(x, batch_size=2, verbose=0)
b = model.predict(x, batch_size=2, verbose=0)
model.reset_states()
c = model.predict(x, batch_size=2, verbose=0)
print(bool(np.allclose(a, c)), bool(np.allclose(a, b)), a.round(4).ravel().tolist())
