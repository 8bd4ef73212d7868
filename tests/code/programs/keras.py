import numpy as np
import tensorflow as tf

tf.set_random_seed(3)
model = tf.keras.Sequential(
    [
        tf.keras.layers.Dense(4, activation="relu", input_shape=(3,)),
        tf.keras.layers.BatchNormalization(),
        tf.keras.layers.Dense(1),
    ]
)
model.compile(tf.keras.optimizers.SGD(0.1), "mse", metrics=["mae"])
x = np.linspace(0, 1, 60).reshape(20, 3)
history = model.fit(x, x.sum(1), epochs=3, batch_size=5, shuffle=False, verbose=0)
print(sorted(history.history), np.round(history.history["loss"], 3).tolist())
print(np.round(model.predict(x[:2]), 3).tolist(), np.round(model.evaluate(x, x.sum(1), verbose=0), 3).tolist())
print([w.name for w in model.weights][:4], model.count_params())
