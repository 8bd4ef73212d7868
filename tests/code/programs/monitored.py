import tempfile

import tensorflow as tf

tf.logging.set_verbosity(tf.logging.WARN)
v = tf.get_variable("v", [], initializer=tf.zeros_initializer())
step = tf.train.get_or_create_global_step()
train = tf.group(tf.assign_add(v, 2.0), tf.assign_add(step, 1))


class Hook(tf.train.SessionRunHook):
    def before_run(self, context):
        return tf.train.SessionRunArgs(v)

    def after_run(self, context, values):
        print("ran", context.session.run(step) > 0)


folder = tempfile.mkdtemp()
hooks = [tf.train.StopAtStepHook(last_step=3), Hook()]
with tf.train.MonitoredTrainingSession(checkpoint_dir=folder, hooks=hooks, save_summaries_steps=None, save_summaries_secs=None) as sess:
    while not sess.should_stop():
        sess.run(train)
print(tf.train.load_variable(folder, "v"))
