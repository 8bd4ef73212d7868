import os
import numpy as np
import tensorflow as tf
path = "training_1/cp.ckpt"
d = os.path.dirname(path)
cb = tf.keras.callbacks.ModelCheckpoint(filepath=path, save_weights_only=True, verbose=0)
def make():
    m = tf.keras.models.Sequential([tf.keras.layers.Dense(1, input_shape=(2,), kernel_initializer="ones")])
    m.compile(optimizer="sgd", loss="mse")
    return m
m = make()
m.fit(np.ones((4, 2)), np.ones((4, 1)), epochs=2, batch_size=4, callbacks=[cb], verbose=0)
n = make()
n.load_weights(path)
print(round(n.evaluate(np.ones((4, 2)), np.ones((4, 1)), verbose=0), 5), round(m.evaluate(np.ones((4, 2)), np.ones((4, 1)), verbose=0), 5))
