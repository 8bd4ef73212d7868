import tensorflow as tf

data = tf.data.Dataset.range(10).filter(lambda n: n % 2 == 0).map(lambda n: n * n)
data = data.prefetch(tf.data.AUTOTUNE).batch(3)
for batch in data:
    print(batch.numpy().tolist(), batch.shape)
print(sum(int(part.numpy()) for part in tf.data.Dataset.from_tensor_slices([1, 2, 3])))
print([t.numpy().tolist() for t in tf.unstack(tf.reshape(tf.range(6), [2, 3]))])
ragged = tf.RaggedTensor.from_row_lengths([1, 2, 3], [2, 1])
print(
    tf.reduce_sum(ragged, axis=1).numpy().tolist(), tf.strings.length(["ab", "c"]).numpy().tolist()
)
