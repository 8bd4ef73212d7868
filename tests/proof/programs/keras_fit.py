# ruff: noqa
"""tf.keras as most programs use it: shuffled fit, dropout, evaluate, predict."""

import numpy as np
import tensorflow as tf

x = np.random.rand(100, 6).astype("float32")
y = (x.sum(1) > 3).astype("int32")
model = tf.keras.Sequential(
    [
        tf.keras.layers.Dense(16, activation="relu", input_shape=(6,)),
        tf.keras.layers.Dropout(0.2),
        tf.keras.layers.Dense(16, activation="tanh", kernel_initializer="he_normal"),
        tf.keras.layers.Dense(2, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=3, batch_size=32, verbose=0, validation_split=0.2)
model.fit(x, y, epochs=2, verbose=2)
print("evaluate", model.evaluate(x, y, verbose=0))
print(model.predict(x[:3]))
