import numpy as np
import tensorflow as tf
model = tf.keras.models.Sequential([tf.keras.layers.Dense(1, input_shape=(2,), kernel_initializer="ones")])
SAVED = "saved_model/my_model"
model.save(SAVED)
new = tf.keras.models.load_model(SAVED)
print(new.predict(np.ones((1, 2)), verbose=0).tolist())
model.save("m.h5", include_optimizer=False)
print(tf.keras.models.load_model("m.h5", compile=False).predict(np.ones((1, 2)), verbose=0).tolist())
