import tensorflow as tf

flags = tf.app.flags
flags.DEFINE_integer("steps", 3, "How many.")
flags.DEFINE_string("name", "run", "What.")
flags.DEFINE_boolean("loud", False, "How.")
FLAGS = tf.app.flags.FLAGS


def main(_):
    tf.logging.info("starting")
    print(FLAGS.name, FLAGS.steps, FLAGS.loud)
    with tf.Session() as sess:
        print(sess.run(tf.add_n([tf.constant(FLAGS.steps)] * 3)))


if __name__ == "__main__":
    tf.app.run()
