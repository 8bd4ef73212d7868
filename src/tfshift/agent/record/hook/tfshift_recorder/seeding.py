"""Seed what can be seeded, so that two runs, also of two releases, draw the same numbers."""

import os
import random
import sys

from . import imports, stream

# What TensorFlow itself uses where an operation has a seed but its graph has none.
GRAPH_SEED = 87654321
_START = os.getcwd()


def operation_seed(seed):
    """Return the constant that stands in for the seed of an operation that has none."""
    return seed % (2**31 - 2) + 1


def _numpy_random(seed):
    def imported(module):
        module.seed(seed % 2**32)
        original = getattr(module, "default_rng", None)
        if original is None:
            return

        made = []

        def default_rng(given=None, **named):
            given = named.get("seed", given)
            if given is None:
                made.append(None)
                given = (seed, len(made))
            return original(given)

        default_rng.__doc__ = original.__doc__
        module.default_rng = default_rng

    return imported


def _is_eager(module):
    context = getattr(module, "context", None)
    if context is not None and hasattr(context, "executing_eagerly"):
        return context.executing_eagerly()
    return context is not None and context.in_eager_mode()


def _graph_seed(module):
    """Return the seed that the user has set for the graph or for eager operations, or None."""
    context, eager = getattr(module, "context", None), _is_eager(module)
    return context.global_seed() if eager else module.ops.get_default_graph().seed


def _note_place(pair):
    """Note the seeds that an operation gets from its place in its graph, and who made it where."""
    frame = sys._getframe(2)
    while frame is not None and _is_library(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is not None:
        path = os.path.relpath(os.path.abspath(frame.f_code.co_filename), _START)
        seeds = [int(part) for part in pair]
        stream.write({"t": "draw", "path": path, "line": frame.f_lineno, "seeds": seeds})


def _is_library(path):
    parts = path.replace(os.sep, "/").split("/")
    return path.startswith("<") or not {
        "site-packages",
        "dist-packages",
        "tfshift_recorder",
    }.isdisjoint(parts)


def _without_places(module):
    """Let operations draw by the constant that stands in for their seed, as they do on the other side."""
    module.places = False


def _framework(seed):
    def imported(module):
        original = module.get_seed
        constant = operation_seed(seed)

        def get_seed(op_seed):
            if op_seed is not None:
                return original(op_seed)
            graph = _graph_seed(module)
            if graph is not None and not _is_eager(module):
                _note_place(original(None))
            return (GRAPH_SEED if graph is None else graph % (2**31 - 1)), constant

        get_seed.__doc__ = original.__doc__
        for name in ("_tf_api_names", "_tf_api_names_v1"):
            if hasattr(original, name):
                setattr(get_seed, name, getattr(original, name))
        module.get_seed = get_seed
        stream.note(
            "operations without a seed get (%d, %d), whatever was built before them"
            % (GRAPH_SEED, constant),
            "seeding",
        )

    return imported


def _generators(seed):
    def imported(module):
        if not hasattr(module, "non_deterministic_ints"):
            return

        def non_deterministic_ints(shape, dtype=None):
            from tensorflow.python.framework import constant_op, dtypes

            stream.note("a random generator without a seed was given a constant state", "seeding")
            value = operation_seed(seed)
            return constant_op.constant(value, shape=shape, dtype=dtype or dtypes.int64)

        module.non_deterministic_ints = non_deterministic_ints

    return imported


class _Seed(int):
    """An operation seed that is false, which makes initialisers choose the stateful operations."""

    def __bool__(self):
        return False

    __nonzero__ = __bool__


def fresh_kernels():
    """Let a random operation that runs eagerly start its stream anew, as in a graph."""
    context = sys.modules.get("tensorflow.python.eager.context")
    if context is not None and context.executing_eagerly():
        current = context.context()
        clear = getattr(current, "clear_kernel_cache", None)
        if clear is not None:
            clear()
        elif getattr(current, "_context_handle", None) is not None:
            # 1.14 to 2.0 do it only where a seed is set.
            context.pywrap_tensorflow.TFE_ContextClearCaches(current._context_handle)


def start_fresh(owner, names):
    """Make the methods of ``owner`` start eager random streams anew."""
    for name in names:
        if name in vars(owner):
            setattr(owner, name, _fresh(vars(owner)[name]))


def _fresh(original):
    def method(*args, **kwargs):
        fresh_kernels()
        return original(*args, **kwargs)

    method.__doc__ = original.__doc__
    return method


def _initialisers(module):
    owner = vars(module).get("_RandomGenerator")
    if owner is None:
        return

    def begin(self, seed=None):
        self.seed = None if seed is None else _Seed(seed)

    owner.__init__ = begin
    start_fresh(owner, ("random_normal", "random_uniform", "truncated_normal"))


def _dataset_options(module):
    """Some releases fuse shuffle and repeat, which draws other numbers from the same seeds."""
    owner = vars(module).get("OptimizationOptions")
    original = vars(owner).get("_static_optimizations") if owner else None
    if original is None:
        return

    def _static_optimizations(self):
        fused = "shuffle_and_repeat_fusion"
        return [name for name in original(self) if name != fused or getattr(self, fused)]

    owner._static_optimizations = _static_optimizations


def prepare(seed):
    """Seed Python now, and NumPy and TensorFlow when they are imported."""
    random.seed(seed)
    stream.note(
        "left as they are: random.Random() and numpy.random.RandomState() without a seed, "
        "os.urandom, uuid, and the order in which threads run",
        "seeding",
    )
    imports.after("numpy.random", _numpy_random(seed))
    imports.after("tfshift_random_v1", _without_places)
    imports.after("tensorflow.python.framework.random_seed", _framework(seed))
    imports.after("tensorflow.python.ops.stateful_random_ops", _generators(seed))
    imports.after("tensorflow.python.ops.init_ops_v2", _initialisers)
    options = "tensorflow.python.data.experimental.ops.optimization_options"
    imports.after(options, _dataset_options)
