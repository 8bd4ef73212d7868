import tensorflow as tf
class Unit(tf.keras.constraints.Constraint):
    def __call__(self, w):
        return w / (tf.keras.backend.epsilon() + tf.keras.backend.sqrt(tf.keras.backend.sum(tf.keras.backend.square(w), axis=0, keepdims=True)))
    def get_config(self):
        return {}
d = tf.keras.layers.Dense(2, kernel_initializer="ones", kernel_constraint=Unit())
m = tf.keras.Sequential([d])
m.compile(tf.keras.optimizers.SGD(0.1, clipnorm=1.0), "mse")
m.fit(tf.ones((2, 3)), tf.zeros((2, 2)), epochs=1, verbose=0)
print(d.kernel.numpy().round(4).tolist())
