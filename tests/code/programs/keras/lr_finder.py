import numpy as np
from tensorflow import keras
from tensorflow.keras import backend as K
class Finder(keras.callbacks.Callback):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor
        self.rates = []
    def on_batch_end(self, batch, logs=None):
        self.rates.append(round(float(K.get_value(self.model.optimizer.lr)), 5))
        K.set_value(self.model.optimizer.lr, self.model.optimizer.lr * self.factor)
model = keras.models.Sequential([keras.layers.Dense(1, input_shape=[2], kernel_initializer="ones")])
model.compile(loss="mse", optimizer=keras.optimizers.SGD(learning_rate=1e-3))
f = Finder(1.5)
model.fit(np.ones((8, 2)), np.ones((8, 1)), epochs=1, batch_size=2, callbacks=[f], verbose=0)
print(f.rates)
