import numpy as np
from tensorflow import keras
from tensorflow.keras import layers
t = keras.Input(shape=(3,), name="title")
b = keras.Input(shape=(2,), name="body")
x = layers.concatenate([t, b])
p = layers.Dense(1, name="priority", kernel_initializer="ones")(x)
q = layers.Dense(2, name="dept", kernel_initializer="ones")(x)
m = keras.Model(inputs=[t, b], outputs=[p, q])
m.compile(optimizer=keras.optimizers.RMSprop(1e-3), loss={"priority": keras.losses.MeanSquaredError(), "dept": "mse"}, loss_weights={"priority": 1.0, "dept": 0.2})
h = m.fit({"title": np.ones((4, 3)), "body": np.ones((4, 2))}, {"priority": np.zeros((4, 1)), "dept": np.zeros((4, 2))}, epochs=2, batch_size=4, verbose=0)
print([round(v, 3) for v in h.history["loss"]])
