import tensorflow as tf

data = tf.data.Dataset.from_tensor_slices([1.0, 2.0, 3.0, 4.0]).shuffle(4, seed=3).batch(2)
total = tf.Variable(0.0)
writer = tf.summary.create_file_writer("logs")
with writer.as_default():
    for step, batch in enumerate(data):
        total.assign_add(tf.reduce_sum(batch))
        tf.summary.scalar("total", total, step=step)
print(float((total + 0.0).numpy()))
tf.train.Checkpoint(total=total).save("saved/model")
