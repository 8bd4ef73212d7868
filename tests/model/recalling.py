# ruff: noqa
"""Load converted Keras models and hold their outputs against those recorded: python recalling.py FOLDER.

FOLDER/NAME.*.h5 goes with NAME.npz; prints the largest difference by file, or the error.
"""

import faulthandler
import glob
import json
import os
import sys
import warnings

warnings.simplefilter("ignore")

import numpy as np
import tensorflow as tf

told = {}
for path in sorted(glob.glob(sys.argv[1] + "/*.h5")):
    faulthandler.dump_traceback_later(120, exit=True)
    data = np.load(path.split(".")[0] + ".npz")
    fed = [data[k] for k in sorted(data.files) if k.startswith("in")]
    try:
        tf.keras.backend.clear_session()
        model = tf.keras.models.load_model(path, compile=False)
        found = model.predict(fed if len(fed) > 1 else fed[0])
        found = found if isinstance(found, list) else [found]
        told[os.path.basename(path)] = max(
            float(np.abs(value - data["out%d" % n]).max()) for n, value in enumerate(found)
        )
    except Exception as error:
        told[os.path.basename(path)] = repr(error)[:300]
print(json.dumps(told))
