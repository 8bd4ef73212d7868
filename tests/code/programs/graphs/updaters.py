import tensorflow as tf

raw = [1.0, 2.0, 8.0, -1.0, 0.0, 5.5, 6.0, 13.0]
sess = tf.InteractiveSession()
spikes = tf.Variable([False] * len(raw), name="spikes")
last = tf.Variable(0.0)
sess.run(tf.global_variables_initializer())
for i in range(1, len(raw)):
    if raw[i] - raw[i - 1] > 5:
        values = spikes.eval()
        values[i] = True
        updater = tf.assign(spikes, values)
        updater.eval()
    else:
        tf.assign(last, raw[i]).eval()
    total = tf.reduce_sum(tf.cast(spikes, tf.int32))
    print(i, sess.run(total), last.eval())
sess.close()
