import numpy as np
from tensorflow import keras
m = keras.Sequential([keras.layers.Dense(1, input_dim=2, kernel_initializer="ones")])
m.compile(loss="mse", optimizer=keras.optimizers.SGD(learning_rate=0.1))
hist = m.fit(np.ones((4, 2)), np.zeros((4, 1)), epochs=2, batch_size=4, verbose=0, callbacks=[keras.callbacks.ReduceLROnPlateau(monitor="loss", factor=0.2, patience=5, min_lr=0.001)])
for e, r in enumerate(hist.history["lr"]):
    print(e, round(float(r), 4))
