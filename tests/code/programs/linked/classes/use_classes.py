import numpy as np
import tensorflow as tf

import regressor

model = regressor.Regressor(3, 8)
saver = tf.train.Saver()

with tf.Session() as sess:
    saver.restore(sess, "saved/model.ckpt")
    predicted = sess.run(model.prediction, feed_dict={model.x: [[0.5, -0.5, 0.2], [0.1, 0.9, 0.3]]})
    print(np.round(predicted, 3))
