import numpy as np
from tensorflow import keras
from tensorflow.keras.layers import Input, LSTM, Dense
ei = Input(shape=(None, 2))
eo, sh, sc = LSTM(3, return_state=True, kernel_initializer="ones", recurrent_initializer="zeros")(ei)
di = Input(shape=(None, 2))
dl = LSTM(3, return_sequences=True, return_state=True, kernel_initializer="ones", recurrent_initializer="zeros")
do, _, _ = dl(di, initial_state=[sh, sc])
dd = Dense(2, activation="softmax", kernel_initializer="ones")
m = keras.Model([ei, di], dd(do))
m.compile(optimizer="rmsprop", loss="categorical_crossentropy")
em = keras.Model(ei, [sh, sc])
a, b = Input((3,)), Input((3,))
o, h2, c2 = dl(di, initial_state=[a, b])
dm = keras.Model([di] + [a, b], [dd(o)] + [h2, c2])
s = em.predict(np.ones((1, 4, 2)), verbose=0)
print([t.round(3).tolist() for t in dm.predict([np.ones((1, 1, 2))] + s, verbose=0)])
