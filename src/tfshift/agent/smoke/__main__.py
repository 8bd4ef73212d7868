"""Try what people use of a TensorFlow and write what works: python -m smoke OUT [PART...].

Each part runs in a process of its own, forked after TensorFlow was imported once, because a broken companion may
crash the interpreter.
Standard library only, Python 3.5 and newer. A part that the release never had is left out.
"""

import json
import os
import shutil
import sys
import tempfile


def part_import():
    import tensorflow as tf

    return getattr(tf, "__version__", None) or tf.VERSION


def _major(tf):
    return int((getattr(tf, "__version__", None) or tf.VERSION).split(".")[0])


def part_arithmetic():
    import numpy as np
    import tensorflow as tf

    if _major(tf) >= 2:
        value = (tf.constant([[1.0, 2.0]]) + 1.0).numpy()
    else:
        with tf.Session() as session:
            value = session.run(tf.constant([[1.0, 2.0]]) + 1.0)
    assert np.allclose(value, [[2.0, 3.0]]), value


def _keras(tf):
    keras = getattr(tf, "keras", None) or getattr(getattr(tf, "contrib", None), "keras", None)
    if keras is None or not hasattr(keras, "models"):
        raise NotImplementedError("no Keras in this release")
    return keras


def part_keras():
    import numpy as np
    import tensorflow as tf

    keras = _keras(tf)
    model = keras.models.Sequential()
    model.add(keras.layers.Dense(3, activation="relu", input_shape=(4,)))
    model.add(keras.layers.Dense(1))
    model.compile(optimizer="adam", loss="mse")
    x = np.random.RandomState(0).rand(8, 4).astype("float32")
    model.fit(x, x[:, :1], epochs=1, verbose=0)
    before = model.predict(x)
    model.save("model.h5")
    try:
        again = keras.models.load_model("model.h5", compile=False)
    except TypeError:  # the first Keras in TensorFlow always compiles
        again = keras.models.load_model("model.h5")
    after = again.predict(x)
    assert np.allclose(before, after)


def part_saved_model():
    import tensorflow as tf

    if _major(tf) >= 2:

        class Double(tf.Module):
            @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
            def __call__(self, x):
                return x * 2.0

        tf.saved_model.save(Double(), "exported")
        assert float(tf.saved_model.load("exported")(tf.constant([2.0]))[0]) == 4.0
        return
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None], "x")
        builder = tf.saved_model.builder.SavedModelBuilder("exported")
        info = tf.saved_model.utils.build_tensor_info
        signature = tf.saved_model.signature_def_utils.build_signature_def(
            {"x": info(x)}, {"y": info(x * 2.0)}, "predict"
        )
        builder.add_meta_graph_and_variables(session, ["serve"], {"serving_default": signature})
        builder.save()
    with tf.Graph().as_default(), tf.Session() as session:
        tf.saved_model.loader.load(session, ["serve"], "exported")


def part_estimator():
    import tensorflow as tf

    estimator = getattr(tf, "estimator", None)
    if estimator is None or not hasattr(estimator, "LinearClassifier"):
        raise NotImplementedError("no canned Estimator in this release")
    feature = tf.feature_column.numeric_column("x")
    model = estimator.LinearClassifier([feature], model_dir="estimator")

    def batch():
        return {"x": tf.constant([[0.0], [1.0]])}, tf.constant([[0], [1]])

    model.train(batch, steps=2)


def part_tensorboard():
    import tensorflow as tf

    try:
        import tensorboard
    except ImportError:
        if "tensorboard" in (os.environ.get("TFSHIFT_REQUIRES") or ""):
            raise
        raise NotImplementedError("tensorboard is not a dependency of this release")
    assert tensorboard and tf
    try:
        from tensorboard import program
    except ImportError:
        # The first one is put together in its program; this is what answers.
        from tensorboard.backend import application

        assert application.TensorBoardWSGIApp
        return

    if not hasattr(program, "TensorBoard"):
        # Before 1.9 a list of plugins was handed to a function.
        from tensorboard import default

        assert default.get_plugins() if hasattr(default, "get_plugins") else default.PLUGIN_LOADERS
        return
    board = program.TensorBoard()
    board.configure(argv=["tensorboard", "--logdir", "."])


def part_tflite():
    import tensorflow as tf

    if not hasattr(tf, "lite") or not hasattr(tf.lite, "TFLiteConverter"):
        raise NotImplementedError("no TFLite converter in this release")
    keras = _keras(tf)
    model = keras.models.Sequential([keras.layers.Dense(2, input_shape=(3,))])
    if hasattr(tf.lite.TFLiteConverter, "from_keras_model"):
        content = tf.lite.TFLiteConverter.from_keras_model(model).convert()
    else:
        model.compile("sgd", "mse")
        model.save("lite.h5")
        content = tf.lite.TFLiteConverter.from_keras_model_file("lite.h5").convert()
    interpreter = tf.lite.Interpreter(model_content=content)
    interpreter.allocate_tensors()


PARTS = ("import", "arithmetic", "keras", "saved_model", "estimator", "tensorboard", "tflite")


def run_part(name):
    """Run one part in this process; leave with 0, 1 (error on stderr) or 3 (not applicable)."""
    # Early TensorBoards read flags off the program's own arguments.
    del sys.argv[1:]
    try:
        globals()["part_" + name]()
    except NotImplementedError:
        code = 3
    except BaseException as error:
        spell(error)
        code = 1
    else:
        code = 0
    sys.stderr.flush()
    os._exit(code)


def spell(error):
    """Write an error to stderr in one marked line."""
    text = " ".join(str(error).split())[:400]
    sys.stderr.write("\n@%s: %s\n" % (type(error).__name__, text))


def forked(run, folder):
    """Run something in a child of its own in a folder; return what it left with, and the lines of its stderr."""
    with open(os.path.join(folder, "stderr"), "w+") as log, open(os.devnull, "r+") as nothing:
        sys.stdout.flush()
        child = os.fork()
        if not child:
            os.chdir(folder)
            os.dup2(nothing.fileno(), 0)
            os.dup2(nothing.fileno(), 1)
            os.dup2(log.fileno(), 2)
            run()
        _, status = os.waitpid(child, 0)
    with open(os.path.join(folder, "stderr"), errors="replace") as log:
        lines = log.read().strip().splitlines()
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status), lines


def outcome(run):
    """Run something in a child in a folder of its own; return None where it works, its error where not.

    Raises:
        NotImplementedError: if it is not applicable.
    """
    folder = tempfile.mkdtemp(prefix="tfshift-smoke-")
    try:
        code, lines = forked(run, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if code == 3:
        raise NotImplementedError
    marked = [line[1:] for line in lines if line.startswith("@")]
    return None if code == 0 else (marked or lines or ["killed by signal %d" % -code])[-1][:400]


def serve(report, parts):
    """Import TensorFlow once, then run each part in a child; write a line for each that is applicable."""
    # Early TensorBoards read flags off the program's own arguments.
    del sys.argv[1:]
    try:
        part_import()
    except BaseException as error:
        spell(error)
        sys.stderr.flush()
        os._exit(1)
    with open(report, "w") as stream:
        for name in parts:
            try:
                error = outcome(lambda: run_part(name))  # noqa: B023
            except NotImplementedError:
                continue
            stream.write(json.dumps([name, error]) + "\n")
            stream.flush()
    os._exit(0)


def main(out, parts):
    # Converters of old releases call programs that lie beside the interpreter.
    os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", "")
    report = out + ".parts"
    command = [sys.executable, "-W", "ignore", "-m", "smoke", "--serve", report]
    error = outcome(lambda: os.execv(sys.executable, command + list(parts)))
    results = {}
    if os.path.exists(report):
        with open(report) as stream:
            results = dict(json.loads(line) for line in stream)
        os.remove(report)
    else:
        # Without it there is nothing to try.
        results["import" if "import" in parts else parts[0]] = error
    with open(out, "w") as stream:
        json.dump(results, stream, sort_keys=True)


if __name__ == "__main__":
    if sys.argv[1] == "--part":
        run_part(sys.argv[2])
    if sys.argv[1] == "--serve":
        serve(sys.argv[2], sys.argv[3:])
    main(sys.argv[1], sys.argv[2:] or PARTS)
