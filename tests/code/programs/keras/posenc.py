import numpy as np
import tensorflow as tf
class PositionalEmbedding(tf.keras.layers.Layer):
    def __init__(self, vocab, dim):
        super().__init__()
        self.emb = tf.keras.layers.Embedding(vocab, dim, mask_zero=True, embeddings_initializer="ones")
        self.scale = tf.math.sqrt(tf.cast(dim, tf.float32))
    def compute_mask(self, *args, **kwargs):
        return self.emb.compute_mask(*args, **kwargs)
    def call(self, x):
        n = tf.shape(x)[1]
        return self.emb(x) * self.scale + tf.cast(tf.range(n), tf.float32)[tf.newaxis, :, tf.newaxis]
i = tf.keras.Input((3,), dtype="int32")
mha = tf.keras.layers.MultiHeadAttention(2, 2, kernel_initializer="ones")
x = PositionalEmbedding(5, 4)(i)
o = mha(x, x)
o = tf.keras.layers.LayerNormalization(epsilon=1e-6)(x + o)
m = tf.keras.Model(i, o)
print(m.predict(np.array([[1, 2, 0]]), verbose=0).round(3).tolist())
