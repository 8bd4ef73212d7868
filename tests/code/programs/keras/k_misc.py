import tensorflow as tf
from tensorflow.keras import backend as K

a = K.constant([[1.0, 2.0], [3.0, 4.0]])
print(K.eval(K.sum(a)), K.eval(K.dot(a, a)).tolist(), K.eval(K.batch_dot(a, a)).tolist(), K.eval(K.concatenate([a, a])).tolist())
print(K.eval(K.switch(K.greater(a, 2.0), a, K.zeros_like(a))).tolist(), K.ndim(a), K.floatx(), K.image_data_format())
print(K.eval(K.categorical_crossentropy(K.constant([[0.0, 1.0]]), K.constant([[0.2, 0.8]]))).round(4).tolist())
