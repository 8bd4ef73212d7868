import tensorflow as tf
l = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=tf.keras.losses.Reduction.NONE)
print(l(tf.constant([0, 1]), tf.constant([[1.0, 2.0], [0.5, 0.1]])).numpy().round(4).tolist())
k = tf.keras.losses.KLDivergence(reduction=tf.keras.losses.Reduction.SUM)
print(round(float(k(tf.constant([[0.3, 0.7]]), tf.constant([[0.5, 0.5]]))), 4))
print(round(float(tf.keras.losses.Huber(delta=1.0, reduction="auto")(tf.constant([[0.3]]), tf.constant([[2.5]]))), 4))
