# ruff: noqa
"""Save models of layers in layers with what they print: python composing.py FOLDER.

Each goes to FOLDER/NAME.keras and NAME.h5, its inputs and outputs to NAME.npz.
"""

import json
import sys
import warnings

warnings.simplefilter("ignore")

import numpy as np
import tensorflow as tf

K, L = tf.keras, tf.keras.layers


def nested():
    i = K.Input((6,))
    inner = K.Model(i, L.Dense(3)(L.BatchNormalization()(L.Dense(4)(i))), name="inner")
    layers = [K.Input((3,)), L.Dense(5), L.BatchNormalization(), L.Dense(2)]
    j = K.Input((6,))
    x = L.BatchNormalization()(K.Sequential(layers, name="seq")(inner(j)))
    return K.Model(j, [L.Dense(1)(x), L.Add()([x, x])])


def recurrent():
    i = K.Input((5, 3))
    x = L.Bidirectional(L.LSTM(2, return_sequences=True))(L.GRU(3, return_sequences=True)(i))
    x = L.TimeDistributed(L.Dense(3))(x)
    x = L.RNN([L.LSTMCell(3), L.GRUCell(2)], return_sequences=True)(x)
    return K.Model(i, L.SimpleRNN(2)(x))


def states():
    a, b = K.Input((None, 3)), K.Input((None, 2))
    _, h, c = L.LSTM(4, return_state=True)(a)
    x = L.LSTM(4, return_sequences=True)(b, initial_state=[h, c])
    return K.Model([a, b], L.Dense(2)(x))


def masked():
    i = K.Input((5,), dtype="int32")
    x = L.LSTM(3, return_sequences=True)(L.Embedding(10, 4, mask_zero=True)(i))
    x = L.TimeDistributed(L.BatchNormalization())(x)
    return K.Model(i, L.Softmax()(L.GlobalAveragePooling1D()(x)))


def shared():
    dense, i = L.Dense(3), K.Input((3,))
    inner = K.Model(i, dense(i))
    j, k = K.Input((3,)), K.Input((3,))
    x = L.Concatenate()([inner(j), inner(k), dense(j)])
    return K.Model([j, k], [L.Dense(1)(x), x])


def attention():
    i = K.Input((5, 4))
    x = L.MultiHeadAttention(2, 3)(i, i)
    return K.Model(i, L.Attention(use_scale=True)([x, x]))


def images():
    layers = [
        L.Conv2D(4, 3),
        L.DepthwiseConv2D(3),
        L.SeparableConv2D(3, 2),
        L.PReLU(),
        L.LayerNormalization(),
    ]
    layers += [
        L.Conv2DTranspose(2, 2),
        L.Flatten(),
        L.Dropout(0.2),
        L.Dense(3, activation="softmax"),
    ]
    return K.Sequential([K.Input((8, 8, 3)), *layers])


def main(folder):
    errors = {}
    for make in (nested, recurrent, states, masked, shared, attention, images):
        try:
            K.backend.clear_session()
            model, random = make(), np.random.RandomState(0)
            model.set_weights([random.uniform(0.1, 0.9, w.shape) for w in model.get_weights()])
            shapes = [(2, *[size or 3 for size in t.shape[1:]]) for t in model.inputs]
            fed = [random.randint(0, 9, shape).astype("float32") for shape in shapes]
            found = model.predict(fed if len(fed) > 1 else fed[0], verbose=0)
            found = found if isinstance(found, list) else [found]
            name = "%s/%s" % (folder, make.__name__)
            model.save(name + ".keras")
            model.save(name + ".h5")
            arrays = {"in%d" % n: v for n, v in enumerate(fed)}
            np.savez(name + ".npz", **arrays, **{"out%d" % n: v for n, v in enumerate(found)})
        except Exception as error:
            errors[make.__name__] = repr(error)[:300]
    print(json.dumps(errors))


main(sys.argv[1])
