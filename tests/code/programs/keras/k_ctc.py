import numpy as np
import tensorflow as tf
from tensorflow.keras import backend as K

l = K.ctc_batch_cost(K.constant([[1, 2]]), K.softmax(K.constant(np.ones((1, 4, 4)))), K.constant([[4]]), K.constant([[2]]))
print(K.eval(l).round(4).tolist())
