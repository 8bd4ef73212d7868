"""Write a snapshot of the running TensorFlow to a file: python -m introspect OUT [ROOT].

ROOT is another package to walk instead, ``keras`` or ``tf_keras``: then its API alone is written.

Standard library only, Python 3.5 and newer. Nothing of the environment is changed.
"""

import importlib
import importlib.util
import json
import os
import pkgutil
import sys

from introspect import ops, walk


def module_files(package):
    """List importable modules below the package's folder by their files, as dotted names."""
    found = set()
    for folder, folders, files in os.walk(package):
        folders[:] = sorted(f for f in folders if f not in ("__pycache__", "include"))
        inner = os.path.relpath(folder, package).replace(os.sep, ".")
        if inner == ".":
            folders[:] = [f for f in folders if reachable("tensorflow." + f)]
        prefix = "tensorflow" if inner == "." else "tensorflow." + inner
        for name in files:
            if name == "__init__.py":
                found.add(prefix)
            elif name.endswith(".py"):
                found.add(prefix + "." + name[:-3])
    return sorted(m for m in found if "._api" not in m)


def reachable(name):
    """Tell whether an import finds a module: 2.0 has files in a folder that it does not forward."""
    if name in sys.modules:
        return True
    return importlib.util.find_spec(name) is not None


def importable(paths):
    """Try the import form of public modules; it differs from the attribute form."""
    works = []
    for path in paths:
        name = "tensorflow" + path[len("tf") :] if path.split(".")[0] == "tf" else path
        try:
            importlib.import_module(name)
            works.append(path)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
    return works


def graph_versions(tf):
    """Return the GraphDef versions, from whichever place this release keeps them."""
    from tensorflow.python.framework import versions

    return {
        "producer": versions.GRAPH_DEF_VERSION,
        "min_consumer": versions.GRAPH_DEF_VERSION_MIN_CONSUMER,
        "min_producer": versions.GRAPH_DEF_VERSION_MIN_PRODUCER,
    }


def build_info(tf):
    """Return what the build says of itself: compiler, ABI, CUDA; absent keys are not stated."""
    result = {}
    from tensorflow.python.framework import versions

    result["compiler"] = str(versions.COMPILER_VERSION)
    flag = getattr(versions, "CXX11_ABI_FLAG", None)
    if flag is not None:
        result["cxx11_abi"] = int(flag)
    try:
        from tensorflow.python.platform import build_info as info

        table = getattr(info, "build_info", None) or dict(
            (k, v)
            for k, v in vars(info).items()
            if not k.startswith("_") and isinstance(v, (str, bool, list))
        )
        result["build"] = dict(
            (k, v) for k, v in sorted(table.items()) if isinstance(v, (str, bool, int, list))
        )
    except Exception as error:
        result["build_error"] = type(error).__name__
    return result


def import_below(package):
    """Import what lies below a package: the first Keras is used by modules that it does not import."""
    for _, name, _ in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        try:
            importlib.import_module(name)
        except Exception:  # of another backend
            continue


def other(root, out):
    """Write the API of a package that is not TensorFlow."""
    module = importlib.import_module(root)
    if module.__version__.startswith("1."):
        import_below(module)
    symbols, unreadable, _ = walk.tree(module, root)
    modules = sorted(p for p, record in symbols.items() if record["k"] == "module")
    snapshot = {
        "version": module.__version__,
        "python": "%d.%d" % sys.version_info[:2],
        "symbols": symbols,
        "unreadable": unreadable,
        "importable": importable(modules),
    }
    with open(out, "w") as stream:
        json.dump(snapshot, stream, sort_keys=True)


def main(out):
    import tensorflow as tf

    package = os.path.dirname(
        os.path.dirname(os.path.abspath(sys.modules["tensorflow.python"].__file__))
    )
    core_ops = ops.registry(package)
    symbols, unreadable, tree = walk.tree(tf, "tf")
    all_ops = ops.registry(package)
    for name in set(all_ops) - set(core_ops):
        all_ops[name]["contrib"] = True
    modules = sorted(p for p, record in symbols.items() if record["k"] == "module")
    snapshot = {
        "version": getattr(tf, "__version__", None) or tf.VERSION,
        "python": "%d.%d" % sys.version_info[:2],
        "symbols": symbols,
        "unreadable": unreadable,
        "ops": all_ops,
        "graph": graph_versions(tf),
        "build": build_info(tf),
        "files": module_files(package),
        "importable": importable(modules),
    }
    with open(out, "w") as stream:
        json.dump(snapshot, stream, sort_keys=True)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        other(sys.argv[2], sys.argv[1])
    else:
        main(sys.argv[1])
    sys.stdout.flush()
    # Some releases crash while their libraries are torn down; the snapshot is on disk by now.
    os._exit(0)
