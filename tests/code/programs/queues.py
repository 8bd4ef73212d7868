import tensorflow as tf

queue = tf.FIFOQueue(10, [tf.int32], shapes=[[]])
fill = queue.enqueue_many([[1, 2, 3, 4]])
names = tf.train.string_input_producer(["a", "b"], shuffle=False, num_epochs=1)
batch = tf.train.batch([names.dequeue()], 2)
with tf.Session() as sess:
    sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
    sess.run(fill)
    print(sess.run(queue.dequeue()), sess.run(queue.size()))
    coordinator = tf.train.Coordinator()
    threads = tf.train.start_queue_runners(sess, coordinator)
    print(sess.run(batch).tolist())
    coordinator.request_stop()
    coordinator.join(threads)
