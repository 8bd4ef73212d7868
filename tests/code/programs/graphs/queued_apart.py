"""Queues that functions of the program make, of whole files, of records and of lines."""

import os
import tempfile

import numpy as np
import tensorflow as tf

folder = tempfile.mkdtemp()
names = [os.path.join(folder, "part%d.bin" % n) for n in range(3)]
for number, name in enumerate(names):
    with open(name, "wb") as part:
        part.write(np.arange(number, number + 12, dtype=np.uint8).tobytes())
lines = os.path.join(folder, "lines.csv")
with open(lines, "w") as table:
    table.write("a,b,kind\n")
    for row in range(8):
        table.write("%d,%d,%s\n" % (row, row * row, "even" if row % 2 == 0 else "odd"))


def read_records(files, size):
    """Give batches of images and their labels."""
    queue = tf.train.string_input_producer(files, shuffle=False)
    reader = tf.FixedLengthRecordReader(record_bytes=4)
    _, record = reader.read(queue)
    # A label first, then the image.
    numbers = tf.decode_raw(record, tf.uint8)
    label = tf.cast(numbers[0], tf.int32)

    # Three pixels.
    image = tf.reshape(tf.cast(numbers[1:], tf.float32), [1, 3, 1])
    image = tf.image.resize_images(image, [2, 6])
    images, labels = tf.train.batch([image, label], batch_size=size)
    return images, labels


def read_lines(files):
    file_queue = tf.train.string_input_producer(files)
    line_reader = tf.TextLineReader(skip_header_lines=1)
    _, value = line_reader.read(file_queue)
    defaults = [[0.0] for _ in range(2)]
    defaults.append([""])
    content = tf.decode_csv(value, record_defaults=defaults)
    content[2] = tf.cond(
        tf.equal(content[2], tf.constant("odd")), lambda: tf.constant(1.0), lambda: tf.constant(0.0)
    )
    features = tf.stack(content[:2])
    label = content[-1]
    rows, kinds = tf.train.shuffle_batch(
        [features, label], batch_size=8, capacity=40, min_after_dequeue=8
    )
    return rows, kinds


def read_all(files):
    file_queue = tf.train.string_input_producer(files, shuffle=False, num_epochs=None)
    whole = tf.WholeFileReader()
    path, contents = whole.read(file_queue)
    total = tf.reduce_sum(tf.cast(tf.decode_raw(contents, tf.uint8), tf.int32))
    return path, total


def show(rows, kinds):
    with tf.Session() as sess:
        coord = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(coord=coord)
        features, labels = sess.run([rows, kinds])
        print(features.shape, sorted(set(labels.tolist())))
        coord.request_stop()
        coord.join(threads)


X, Y = read_records(names, 3)
hidden = tf.layers.conv2d(X, 2, 2, kernel_initializer=tf.ones_initializer())
loss = tf.reduce_mean(tf.square(tf.reduce_mean(hidden, [1, 2, 3]) - tf.cast(Y, tf.float32)))
train = tf.train.GradientDescentOptimizer(0.0001).minimize(loss)
path, total = read_all(names)
saver = tf.train.Saver()
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    coordinator = tf.train.Coordinator()
    running = tf.train.start_queue_runners(sess=sess, coord=coordinator)
    for step in range(4):
        _, now, labels = sess.run([train, loss, Y])
        print(step, np.round(now, 4), labels)
    for step in range(4):
        name, many = sess.run([path, total])
        print(os.path.basename(name.decode()), many)
    saver.save(sess, os.path.join(folder, "model"))
    coordinator.request_stop()
    coordinator.join(running)


def main():
    rows, kinds = read_lines([lines])
    show(rows, kinds)


main()
