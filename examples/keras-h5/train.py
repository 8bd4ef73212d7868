"""tf.keras of 1.x: train, keep the model as HDF5, load it again and predict."""

from __future__ import print_function

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import backend as K
from tensorflow.keras.layers import GRU, Dense, Dropout

random = np.random.RandomState(3)
sequences = random.rand(256, 6, 4).astype(np.float32)
targets = (sequences.sum(axis=(1, 2)) > 12).astype(np.float32)

model = keras.Sequential([GRU(8, input_shape=(6, 4)), Dropout(0.2), Dense(1, activation="sigmoid")])
model.compile(optimizer=keras.optimizers.Adam(lr=0.01), loss="binary_crossentropy", metrics=["acc"])
history = model.fit(sequences, targets, batch_size=32, epochs=4, shuffle=False, verbose=0)
for epoch, (loss, accuracy) in enumerate(zip(history.history["loss"], history.history["acc"])):
    print("epoch %d: loss %.4f, accuracy %.4f" % (epoch + 1, loss, accuracy))

model.save("sequences.h5")
K.clear_session()
restored = keras.models.load_model("sequences.h5")
print("parameters:", restored.count_params())
print("first three:", " ".join("%.4f" % p for p in restored.predict(sequences[:3]).ravel()))
print("variables:", len(K.get_session().run(tf.trainable_variables())))
