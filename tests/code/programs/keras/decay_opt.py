import numpy as np
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense
from tensorflow.keras.optimizers.legacy import SGD, Adam
m = Sequential([Dense(1, input_dim=2, kernel_initializer="ones")])
m.compile(loss="mse", optimizer=SGD(learning_rate=0.1, decay=0.1, momentum=0.5))
h = m.fit(np.ones((4, 2)), np.zeros((4, 1)), epochs=4, batch_size=4, verbose=0)
print([round(v, 4) for v in h.history["loss"]])
m.compile(loss="mae", optimizer=Adam(lr=0.01, decay=0.01))
print(len(m.fit(np.ones((4, 2)), np.zeros((4, 1)), epochs=2, verbose=0).history["loss"]))
