"""Names of TensorFlow 1.x that graph code is made of."""

from __future__ import annotations

DEFAULTED = "tf.placeholder_with_default"
SPARSE_PLACEHOLDER = {"tf.sparse_placeholder", "tf.sparse.placeholder"}
PLACEHOLDER = {"tf.placeholder", DEFAULTED, *SPARSE_PLACEHOLDER}
# What stands before the type of a placeholder that is fed a sparse tensor.
SPARSE = "sparse "
VARIABLE = {"tf.Variable"}
SESSION = {"tf.Session", "tf.InteractiveSession"}
SESSION_MODULE = "sessions_v1"
DEFAULT_SESSION = "tf.get_default_session"
CONFIG = {"tf.ConfigProto", "tf.GPUOptions", "tf.OptimizerOptions"}
INIT = {
    "tf.global_variables_initializer", "tf.initialize_all_variables", "tf.local_variables_initializer",
    "tf.initialize_local_variables", "tf.tables_initializer",
}  # fmt: skip
# They write the graph, of which nothing is left, or summaries, which are refused.
WRITER = {"tf.summary.FileWriter", "tf.train.SummaryWriter"}
# Summaries of a value -> what writes them there; and what gathers them.
SUMMARIES = {
    "tf.summary.scalar": "scalar", "tf.summary.histogram": "histogram", "tf.summary.image": "image",
    "tf.scalar_summary": "scalar", "tf.histogram_summary": "histogram",
}  # fmt: skip
GATHERED = {
    "tf.summary.merge_all",
    "tf.merge_all_summaries",
    "tf.summary.merge",
    "tf.merge_summary",
}
# Statements that mean nothing where there is no graph.
DROPPED = {"tf.reset_default_graph"}
RANDOM = ("tf.random_", "tf.random.", "tf.truncated_normal", "tf.multinomial", "tf.nn.dropout")
# They choose what random numbers there will be, and draw none.
SEEDS = ("tf.set_random_seed", "tf.random.set_random_seed", "tf.random.set_seed")
# Draws that a generator repeats, number by number: its method, and the parameters in order.
_MOMENTS = ("shape", "mean", "stddev", "dtype", "seed", "name")
_LIMITS = ("shape", "minval", "maxval", "dtype", "seed", "name")
DRAWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "tf.random_normal": ("normal", _MOMENTS), "tf.random.normal": ("normal", _MOMENTS),
    "tf.truncated_normal": ("truncated_normal", _MOMENTS),
    "tf.random.truncated_normal": ("truncated_normal", _MOMENTS),
    "tf.random_uniform": ("uniform", _LIMITS), "tf.random.uniform": ("uniform", _LIMITS),
}  # fmt: skip
DROPOUTS: dict[str, tuple[str, ...]] = {
    "tf.nn.dropout": ("x", "keep_prob", "noise_shape", "seed", "name", "rate"),
    "tf.contrib.layers.dropout": ("inputs", "keep_prob", "noise_shape", "is_training"),
    "tf.layers.dropout": ("inputs", "rate", "noise_shape", "seed", "training", "name"),
}
# Initialisers -> what draws the same, its parameters in order as (theirs, ours or empty), and what
# must be written. What is not named is refused; those that draw nothing are the target's own.
RANDOM_MODULE = "random_v1"
_NORMAL = (("mean", "mean"), ("stddev", "stddev"), ("seed", "seed"), ("dtype", ""))
_UNIFORM = (("minval", "minval"), ("maxval", "maxval"), ("seed", "seed"), ("dtype", ""))
_SEEDED = (("seed", "seed"), ("dtype", ""))
_SCALING = (("scale", "scale"), ("mode", "mode"), ("distribution", "distribution"), *_SEEDED)
_XAVIER = (("uniform", "*"), *_SEEDED)
INITIALIZERS: dict[str, tuple[str, tuple[tuple[str, str], ...], dict[str, str]]] = {
    **dict.fromkeys(("tf.random_normal_initializer", "tf.initializers.random_normal"), ("normal", _NORMAL, {})),
    **dict.fromkeys(
        ("tf.truncated_normal_initializer", "tf.initializers.truncated_normal"),
        ("truncated_normal", _NORMAL, {})),
    **dict.fromkeys(
        ("tf.random_uniform_initializer", "tf.initializers.random_uniform"), ("uniform", _UNIFORM, {})),
    **dict.fromkeys(
        ("tf.variance_scaling_initializer", "tf.initializers.variance_scaling"),
        ("variance_scaling", _SCALING, {})),
    **dict.fromkeys(
        ("tf.glorot_uniform_initializer", "tf.initializers.glorot_uniform"), ("glorot_uniform", _SEEDED, {})),
    **dict.fromkeys(
        ("tf.glorot_normal_initializer", "tf.initializers.glorot_normal"), ("glorot_normal", _SEEDED, {})),
    "tf.initializers.he_normal": ("variance_scaling", _SEEDED, {"scale": "2.0"}),
    "tf.initializers.lecun_normal": ("variance_scaling", _SEEDED, {}),
    "tf.initializers.he_uniform": (
        "variance_scaling", _SEEDED, {"scale": "2.0", "distribution": '"uniform"'}),
    "tf.initializers.lecun_uniform": ("variance_scaling", _SEEDED, {"distribution": '"uniform"'}),
    **dict.fromkeys(
        ("tf.contrib.layers.xavier_initializer", "tf.contrib.layers.xavier_initializer_conv2d"),
        ("glorot_uniform", _XAVIER, {})),
    "tf.contrib.layers.variance_scaling_initializer": (
        "contrib_variance_scaling",
        (("factor", "factor"), ("mode", "mode"), ("uniform", "uniform"), *_SEEDED), {}),
}  # fmt: skip
STEADY_INITIALIZERS = {
    "tf.constant_initializer", "tf.zeros_initializer", "tf.ones_initializer",
    "tf.initializers.constant", "tf.initializers.zeros", "tf.initializers.ones",
}  # fmt: skip
SAVER = {"tf.train.Saver"}
SAVER_MODULE = "savers_v1"
# Datasets are the same on both sides; what goes over them is not.
SAME_ELEMENTS = ("shuffle", "batch", "repeat", "prefetch", "take", "skip", "cache")
ITERATING = ("make_one_shot_iterator", "make_initializable_iterator")
STRUCTURE = "tf.data.Iterator.from_structure"
GET_VARIABLE = "tf.get_variable"
VARIABLES = {*VARIABLE, GET_VARIABLE}
MADE = set(VARIABLES)
# Of its arguments those that have an equal in ``tf.Variable``.
GET_VARIABLE_PARAMETERS = (
    "name", "shape", "dtype", "initializer", "regularizer", "trainable", "collections")  # fmt: skip
# Names of collections, as they are written.
KEYS = {
    "tf.GraphKeys.GLOBAL_VARIABLES": "variables",
    "tf.GraphKeys.TRAINABLE_VARIABLES": "trainable_variables",
}
# Several tensors come of these.
MANY = {
    "tf.split", "tf.unstack", "tf.unpack", "tf.meshgrid", "tf.unique", "tf.unique_with_counts",
    "tf.nn.top_k", "tf.nn.moments", "tf.svd", "tf.qr", "tf.self_adjoint_eig", "tf.gradients",
    "tf.linalg.svd", "tf.linalg.qr", "tf.setdiff1d", "tf.dynamic_partition", "tf.listdiff",
    "tf.while_loop", "tf.cond", "tf.case", "tf.scan", "tf.map_fn", "tf.hessians",
    "tf.nn.weighted_moments", "tf.nn.fused_batch_norm", "tf.math.top_k", "tf.linalg.eigh",
    "tf.linalg.lu", "tf.boolean_mask", "tf.linalg.slogdet", "tf.clip_by_global_norm",
    "tf.image.non_max_suppression_with_scores",
    "tf.nn.ctc_greedy_decoder", "tf.nn.ctc_beam_search_decoder", "tf.nn.normalize_moments",
    "tf.tuple", "tf.group", "tf.nn.dynamic_rnn", "tf.nn.static_rnn", "tf.contrib.rnn.static_rnn",
    "tf.nn.bidirectional_dynamic_rnn", "tf.nn.static_bidirectional_rnn",
    "tf.contrib.rnn.static_bidirectional_rnn", "tf.required_space_to_batch_paddings", "tf.nn.max_pool_with_argmax", "tf.nn.sufficient_statistics",
}  # fmt: skip
# What may give tensors that are made of several, and what of that gives plain ones.
IN_PARTS = (
    "tf.SparseTensor", "tf.sparse.", "tf.sparse_", "tf.sets.", "tf.string_split", "tf.strings.split",
    "tf.strings.bytes_split", "tf.strings.unicode_", "tf.ragged.", "tf.RaggedTensor",
)  # fmt: skip
WHOLE = {
    "tf.sparse.to_dense", "tf.sparse_tensor_to_dense", "tf.sparse_to_dense", "tf.sparse.reduce_sum",
    "tf.sparse.reduce_max", "tf.sparse_reduce_sum", "tf.sparse_reduce_max", "tf.sparse.segment_sum",
    "tf.sparse.segment_mean", "tf.sparse.segment_sqrt_n", "tf.sparse_segment_sum",
    "tf.sparse_segment_mean", "tf.sparse_segment_sqrt_n", "tf.sparse.matmul", "tf.sparse_matmul",
    "tf.sparse.sparse_dense_matmul", "tf.sparse_tensor_dense_matmul", "tf.sparse.to_indicator",
    "tf.sparse_to_indicator", "tf.size", "tf.rank", "tf.edit_distance",
}  # fmt: skip
# Classes that are tensors.
OF_TENSORS = {"tf.SparseTensor", "tf.sparse.SparseTensor", "tf.TensorArray"}
# Gradients, of constants as of variables.
GRADIENTS = {"tf.gradients", "tf.hessians"}
# What looks up, once it is filled.
TABLES = ("tf.lookup.",)
STEPS = "tf.train.global_step"
# Blocks that say where something is, or what it is called.
CURRENT_SCOPE = "tf.get_variable_scope"
SCOPES = {"tf.name_scope", "tf.variable_scope", "tf.device"}
# Calls that are written otherwise: parameters in order, with what they are where they are not given,
# and what they become. What is not named
# here (``name`` apart) is refused. Losses are those of 1.x without weights: means over all elements.
_LOSS = "{tf}.reduce_mean({tf}.nn.%s_with_logits(labels={%s}, logits={logits}))"
_MULTI = "multi_class_labels"
FORMULAS: dict[str, tuple[tuple[str, ...], str]] = {
    "tf.assign": (("ref", "value"), "{ref}.assign({value})"),
    "tf.assign_add": (("ref", "value"), "{ref}.assign_add({value})"),
    "tf.assign_sub": (("ref", "value"), "{ref}.assign_sub({value})"),
    "tf.to_float": (("x",), "{tf}.cast({x}, {tf}.float32)"),
    "tf.to_double": (("x",), "{tf}.cast({x}, {tf}.float64)"),
    "tf.to_int32": (("x",), "{tf}.cast({x}, {tf}.int32)"),
    "tf.to_int64": (("x",), "{tf}.cast({x}, {tf}.int64)"),
    "tf.nn.xw_plus_b": (
        ("x", "weights", "biases"), "{tf}.nn.bias_add({tf}.matmul({x}, {weights}), {biases})"),
    "tf.nn.relu_layer": (
        ("x", "weights", "biases"),
        "{tf}.nn.relu({tf}.nn.bias_add({tf}.matmul({x}, {weights}), {biases}))"),
    "tf.parallel_stack": (("values",), "{tf}.stack({values})"),
    **{
        f"tf.scatter_{name}": (
            ("ref", "indices", "updates"),
            f"{{ref}}.scatter_{name}({{tf}}.IndexedSlices({{updates}}, {{indices}}))")
        for name in ("add", "sub", "update", "mul", "div", "max", "min")
    },
    **{
        f"tf.scatter_{name}": (
            ("ref", "indices", "updates"), f"{{ref}}.scatter_{name}({{indices}}, {{updates}})")
        for name in ("nd_add", "nd_sub", "nd_update")
    },
    **dict.fromkeys(
        ("tf.multinomial", "tf.random.multinomial"),
        (("logits", "num_samples", "seed=None"),
         "{tf}.random.categorical({logits}, {num_samples}, seed={seed})")),
    "tf.batch_gather": (
        ("params", "indices"), "{tf}.gather({params}, {indices}, batch_dims=-1)"),
    "tf.batch_to_space_nd": (
        ("input", "block_shape", "crops"),
        "{tf}.raw_ops.BatchToSpaceND(input={input}, block_shape={block_shape}, crops={crops})"),
    "tf.batch_to_space": (
        ("input", "crops", "block_size"),
        "{tf}.raw_ops.BatchToSpaceND(input={input}, block_shape=[{block_size}] * 2, crops={crops})"),
    "tf.space_to_batch": (
        ("input", "paddings", "block_size"),
        "{tf}.raw_ops.SpaceToBatchND("
        "input={input}, block_shape=[{block_size}] * 2, paddings={paddings})"),
    "tf.depth_to_space": (
        ("input", "block_size"), "{tf}.nn.depth_to_space({input}, {block_size})"),
    **dict.fromkeys(
        ("tf.extract_image_patches", "tf.image.extract_image_patches"),
        (("images", "ksizes", "strides", "rates", "padding"),
         "{tf}.image.extract_patches({images}, {ksizes}, {strides}, {rates}, {padding})")),
    "tf.substr": (("input", "pos", "len"), "{tf}.strings.substr({input}, {pos}, {len})"),
    "tf.to_complex64": (("x",), "{tf}.cast({x}, {tf}.complex64)"),
    "tf.to_complex128": (("x",), "{tf}.cast({x}, {tf}.complex128)"),
    "tf.image.draw_bounding_boxes": (
        ("images", "boxes", "colors=None"),
        "{tf}.image.draw_bounding_boxes({images}, {boxes}, colors={colors})"),
    "tf.setdiff1d": (("x", "y"), "{tf}.raw_ops.ListDiff(x={x}, y={y})"),
    "tf.listdiff": (("x", "y"), "{tf}.raw_ops.ListDiff(x={x}, y={y})"),
    "tf.verify_tensor_all_finite": (
        ("t", "msg"), "{tf}.debugging.assert_all_finite(x={t}, message={msg})"),
    "tf.nn.depthwise_conv2d_native": (
        ("input", "filter", "strides", "padding"),
        "{tf}.nn.depthwise_conv2d({input}, {filter}, {strides}, {padding})"),
    "tf.sparse_add": (("a", "b", "thresh=0"), "{tf}.sparse.add({a}, {b}, {thresh})"),
    "tf.sparse_concat": (
        ("axis", "sp_inputs"), "{tf}.sparse.concat({axis}, {sp_inputs})"),
    "tf.sparse_reduce_sum": (
        ("sp_input", "axis=None", "keepdims=None"),
        "{tf}.sparse.reduce_sum({sp_input}, {axis}, {keepdims})"),
    "tf.sparse_reduce_max": (
        ("sp_input", "axis=None", "keepdims=None"),
        "{tf}.sparse.reduce_max({sp_input}, {axis}, {keepdims})"),
    "tf.sparse_matmul": (("a", "b"), "{tf}.matmul({a}, {b})"),
    "tf.sparse_to_dense": (
        ("sparse_indices", "output_shape", "sparse_values", "default_value=0"),
        "{tf}.raw_ops.SparseToDense(sparse_indices={sparse_indices}, output_shape={output_shape}, "
        "sparse_values={sparse_values}, default_value={default_value})"),
    **{
        f"tf.sparse_segment_{name}": (
            ("data", "indices", "segment_ids"),
            f"{{tf}}.sparse.segment_{name}({{data}}, {{indices}}, {{segment_ids}})")
        for name in ("sum", "mean", "sqrt_n")
    },
    "tf.py_func": (("func", "inp", "Tout"), "{tf}.numpy_function({func}, {inp}, {Tout})"),
    "tf.arg_max": (("input", "dimension"), "{tf}.argmax({input}, {dimension})"),
    "tf.arg_min": (("input", "dimension"), "{tf}.argmin({input}, {dimension})"),
    "tf.train.checkpoint_exists": (
        ("checkpoint_prefix",), '{tf}.io.gfile.exists({checkpoint_prefix} + ".index")'),
    "tf.contrib.layers.one_hot_encoding": (
        ("labels", "num_classes", "on_value=1.0", "off_value=0.0"),
        "{tf}.one_hot({labels}, {num_classes}, {on_value}, {off_value})"),
    **dict.fromkeys(
        ("tf.random_poisson", "tf.random.poisson"),
        (("lam", "shape", "dtype='float32'", "seed=None"),
         "{tf}.random.poisson(shape={shape}, lam={lam}, dtype={dtype}, seed={seed})")),
    "tf.nn.max_pool_with_argmax": (
        ("input", "ksize", "strides", "padding"),
        "{tf}.raw_ops.MaxPoolWithArgmax("
        "input={input}, ksize={ksize}, strides={strides}, padding={padding})"),
    "tf.contrib.seq2seq.sequence_loss": (
        ("logits", "targets", "weights"),
        "{tf}.reduce_sum({tf}.nn.sparse_softmax_cross_entropy_with_logits(labels={targets}, "
        "logits={logits}) * {weights}) / ({tf}.reduce_sum({weights}) + 1e-12)"),
    "tf.losses.mean_squared_error": (
        ("labels", "predictions"),
        "{tf}.reduce_mean({tf}.math.squared_difference({predictions}, {labels}))"),
    "tf.losses.absolute_difference": (
        ("labels", "predictions"), "{tf}.reduce_mean({tf}.abs({predictions} - {labels}))"),
    "tf.losses.sigmoid_cross_entropy": (
        (_MULTI, "logits"), _LOSS % ("sigmoid_cross_entropy", _MULTI)),
    "tf.losses.softmax_cross_entropy": (
        ("onehot_labels", "logits"), _LOSS % ("softmax_cross_entropy", "onehot_labels")),
    "tf.losses.sparse_softmax_cross_entropy": (
        ("labels", "logits"), _LOSS % ("sparse_softmax_cross_entropy", "labels")),
}  # fmt: skip
# Losses that a module beside the file has in all their forms.
LOSSES_MODULE = "losses_v1"
LOSSES = {
    f"tf.losses.{name}"
    for name in (
        "absolute_difference", "mean_squared_error", "cosine_distance", "hinge_loss", "huber_loss",
        "log_loss", "sigmoid_cross_entropy", "softmax_cross_entropy", "sparse_softmax_cross_entropy",
        "compute_weighted_loss",
    )
}  # fmt: skip
# How they are made one number, as that module calls it.
REDUCTIONS = {
    f"tf.losses.Reduction.{name}": f"weighted_{name.lower()}" if name != "NONE" else "none"
    for name in (
        "NONE", "SUM", "MEAN", "SUM_OVER_BATCH_SIZE", "SUM_OVER_NONZERO_WEIGHTS", "SUM_BY_NONZERO_WEIGHTS",
    )
}  # fmt: skip
# What is in a module beside the file, under its own name and with the same arguments.
VALUES_MODULE = "values_v1"
BESIDE_FILE = {
    "tf.SparseTensorValue": VALUES_MODULE, "tf.Print": "debugging_v1", "tf.while_loop": "control_v1",
    **{
        f"tf.{module}distributions.{name}": "distributions_v1"
        for module in ("", "contrib.")
        for name in ("Normal", "kl_divergence")
    },
    "tf.nn.ctc_loss": "ctc_v1", "tf.nn.ctc_beam_search_decoder": "ctc_v1",
    "tf.image.resize": "images_v1", "tf.string_split": "strings_v1", "tf.strings.split": "strings_v1",
    **{
        f"tf.image.resize_{name}": "images_v1"
        for name in ("images", "bilinear", "nearest_neighbor", "bicubic", "area")
    },
}  # fmt: skip
# Where something happens in each run.
EFFECTS = {
    "tf.py_func", "tf.Print", "tf.multinomial", "tf.random.multinomial", "tf.random_poisson",
    "tf.random.poisson",
}  # fmt: skip
# What is the same under another name; and what is no longer TensorFlow's own.
RENAMED = {
    "tf.nn.softmax_cross_entropy_with_logits_v2": "nn.softmax_cross_entropy_with_logits",
    "tf.logging.set_verbosity": "get_logger().setLevel", "tf.logging.info": "get_logger().info",
    "tf.logging.warn": "get_logger().warning", "tf.logging.warning": "get_logger().warning",
    "tf.logging.error": "get_logger().error", "tf.logging.debug": "get_logger().debug",
}  # fmt: skip
LEVELS = {f"tf.logging.{level}": level for level in ("DEBUG", "INFO", "WARN", "ERROR", "FATAL")}
# What has nothing to do with graphs.
BESIDE = (
    "tf.gfile.", "tf.io.gfile.", "tf.logging.", "tf.examples.", "tf.contrib.training.HParams", "tf.keras.datasets.",
    "tf.contrib.learn.preprocessing.", "tf.contrib.learn.datasets.", "tf.contrib.learn.python.learn.datasets.",
)  # fmt: skip
ABSL = {"tf.app.flags": "absl.flags", "tf.flags": "absl.flags", "tf.app.run": "absl.app.run"}
# What divides numbers of both kinds as Python 2 did.
DIVISION = "tf.div"
DIVISION_MODULE = "arithmetic_v1"
_SCATTERED = ("add", "sub", "update", "mul", "div", "max", "min")
_SCATTERED_ND = ("nd_add", "nd_sub", "nd_update")
ASSIGN = (
    "tf.assign", "tf.assign_add", "tf.assign_sub",
    *(f"tf.scatter_{name}" for name in (*_SCATTERED, *_SCATTERED_ND)),
)  # fmt: skip
# What labels do not reach back through.
STOPPED_LABELS = {
    "tf.losses.softmax_cross_entropy": "onehot_labels",
    "tf.nn.softmax_cross_entropy_with_logits": "labels",
}

# tf.layers -> Keras' class, its parameters in order as (theirs, ours); an empty one means nothing
# there, a missing one is refused. The first is what the layer is called with.
_INITIAL = (("kernel_initializer", "kernel_initializer"), ("bias_initializer", "bias_initializer"))
_CONVOLUTION = (
    ("inputs", ""), ("filters", "filters"), ("kernel_size", "kernel_size"), ("strides", "strides"),
    ("padding", "padding"), ("data_format", "data_format"), ("dilation_rate", "dilation_rate"),
    ("activation", "activation"), ("use_bias", "use_bias"), *_INITIAL)  # fmt: skip
_POOL = (("inputs", ""), ("pool_size", "pool_size"), ("strides", "strides"), ("padding", "padding"),
         ("data_format", "data_format"), ("name", ""))  # fmt: skip
LAYERS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "tf.layers.dense": ("Dense", (
        ("inputs", ""), ("units", "units"), ("activation", "activation"), ("use_bias", "use_bias"),
        *_INITIAL)),
    "tf.layers.conv1d": ("Conv1D", _CONVOLUTION),
    "tf.layers.conv2d": ("Conv2D", _CONVOLUTION),
    "tf.layers.conv3d": ("Conv3D", _CONVOLUTION),
    "tf.layers.conv2d_transpose": ("Conv2DTranspose", (
        ("inputs", ""), ("filters", "filters"), ("kernel_size", "kernel_size"), ("strides", "strides"),
        ("padding", "padding"), ("data_format", "data_format"), ("activation", "activation"),
        ("use_bias", "use_bias"), *_INITIAL)),
    "tf.layers.max_pooling1d": ("MaxPooling1D", _POOL),
    "tf.layers.max_pooling2d": ("MaxPooling2D", _POOL),
    "tf.layers.max_pooling3d": ("MaxPooling3D", _POOL),
    "tf.layers.average_pooling1d": ("AveragePooling1D", _POOL),
    "tf.layers.average_pooling2d": ("AveragePooling2D", _POOL),
    "tf.layers.average_pooling3d": ("AveragePooling3D", _POOL),
    "tf.layers.flatten": ("Flatten", (("inputs", ""), ("name", ""))),
    "tf.layers.batch_normalization": ("*", (
        ("inputs", ""), ("axis", "axis"), ("momentum", "momentum"), ("epsilon", "epsilon"),
        ("center", "center"), ("scale", "scale"), ("beta_initializer", "beta_initializer"),
        ("gamma_initializer", "gamma_initializer"), ("moving_mean_initializer", "?"),
        ("moving_variance_initializer", "?"), ("beta_regularizer", "?"), ("gamma_regularizer", "?"),
        ("beta_constraint", "?"), ("gamma_constraint", "?"), ("training", ""), ("fused", "fused"), ("update", ""))),
    "tf.contrib.layers.fully_connected": ("Dense", (
        ("inputs", ""), ("num_outputs", "units"), ("activation_fn", "activation"), ("normalizer_fn", "?"),
        ("normalizer_params", "?"), ("weights_initializer", "kernel_initializer"),
        ("weights_regularizer", "?"), ("biases_initializer", "bias_initializer"), ("scope", ""))),
    "tf.contrib.layers.flatten": ("Flatten", (("inputs", ""), ("scope", ""))),
}  # fmt: skip
# What makes weights small -> what Keras has for it, with its one argument.
REGULARIZERS = {
    "tf.contrib.layers.l2_regularizer": "l2(0.5 * {scale})",
    "tf.contrib.layers.l1_regularizer": "l1({scale})",
}
# What gives the losses of that: a list of them, or their sum.
REGULAR_LOSSES = {
    "tf.losses.get_regularization_losses": "[{listed}]",
    "tf.losses.get_regularization_loss": "{tf}.add_n([{listed}])",
}
REGULAR_KEY = "tf.GraphKeys.REGULARIZATION_LOSSES"
# Layers as objects: what their functions call them.
LAYER_CLASSES = {
    "tf.layers.dense": "Dense", "tf.layers.conv1d": "Conv1D", "tf.layers.conv2d": "Conv2D",
    "tf.layers.conv3d": "Conv3D", "tf.layers.conv2d_transpose": "Conv2DTranspose",
    "tf.layers.max_pooling1d": "MaxPooling1D", "tf.layers.max_pooling2d": "MaxPooling2D",
    "tf.layers.average_pooling2d": "AveragePooling2D", "tf.layers.flatten": "Flatten",
}  # fmt: skip
OBJECTS = {f"tf.layers.{name}": function for function, name in LAYER_CLASSES.items()}
# Layers that keep moving averages, which change where their updates are run.
NORMS = {"tf.layers.batch_normalization"}
NORM_MODULE = "normalization_v1"
UPDATES = "tf.GraphKeys.UPDATE_OPS"
WAITING = "tf.control_dependencies"
# Those that draw what they start from.
WEIGHED = tuple(
    name for name, (_, own) in LAYERS.items() if any(o == "kernel_initializer" for _, o in own)
)
# Choosing whole rows by a vector is no more: a condition must be of the shape of what it chooses from.
CHOOSING = ("tf.where", "tf.select")
COMPARING = (
    "tf.greater", "tf.less", "tf.equal", "tf.not_equal", "tf.greater_equal", "tf.less_equal", "tf.is_nan",
    "tf.is_inf", "tf.is_finite", "tf.math.greater", "tf.math.less", "tf.math.equal", "tf.math.not_equal",
    "tf.math.greater_equal", "tf.math.less_equal", "tf.math.is_nan", "tf.math.is_inf", "tf.math.is_finite",
    "tf.logical_and", "tf.logical_or", "tf.logical_not", "tf.math.logical_and", "tf.math.logical_or",
)  # fmt: skip
# Gradients of these are of rows alone.
ROWS = {
    "tf.nn.embedding_lookup", "tf.nn.embedding_lookup_sparse", "tf.gather", "tf.gather_nd", "tf.nn.nce_loss",
    "tf.nn.sampled_softmax_loss", "tf.nn.safe_embedding_lookup_sparse", "tf.batch_gather", "tf.boolean_mask",
    "tf.dynamic_partition", "tf.unsorted_segment_sum", "tf.segment_sum",
}  # fmt: skip
# Of Python's own functions those that give what they are given, in a list or alike.
LISTING = ("zip", "enumerate", "reversed", "list", "tuple")
# Given a list, they do something else on the target.
LISTS = (
    "tf.nn.embedding_lookup", "tf.nn.nce_loss", "tf.nn.sampled_softmax_loss",
    "tf.nn.embedding_lookup_sparse", "tf.nn.safe_embedding_lookup_sparse",
)  # fmt: skip
# What is written as 2.x takes it, under the name that it has in 1.x.
SAME_NAME = ("tf.random.poisson", "tf.debugging.assert_all_finite")
# What such a layer is told where nothing is said.
SAID = {"tf.contrib.layers.fully_connected": {"activation": "{tf}.nn.relu"}}
# Recurrent cells and what runs them: what there is in their place, and the arguments that it knows.
RNN_MODULE = "rnn_v1"
_UNITS = ("num_units", "forget_bias", "state_is_tuple", "activation")
_CELLS = {
    "BasicRNNCell": ("num_units", "activation"), "GRUCell": ("num_units", "activation"),
    "BasicLSTMCell": _UNITS, "LSTMCell": ("num_units", *_UNITS[1:]),
    "MultiRNNCell": ("cells", "state_is_tuple"),
    "DropoutWrapper": ("cell", "input_keep_prob", "output_keep_prob"),
}  # fmt: skip
CELLS = {
    f"{module}.{name}": parameters
    for module in ("tf.nn.rnn_cell", "tf.contrib.rnn")
    for name, parameters in _CELLS.items()
}
# In these the second argument by position is another one.
FEW = ("LSTMCell",)
RNN = {
    "tf.nn.dynamic_rnn": (
        "cell", "inputs", "sequence_length", "initial_state", "dtype", "time_major"),
    "tf.nn.static_rnn": ("cell", "inputs", "initial_state", "dtype", "sequence_length"),
    "tf.contrib.rnn.static_rnn": ("cell", "inputs", "initial_state", "dtype", "sequence_length"),
    "tf.nn.rnn_cell.LSTMStateTuple": ("c", "h"), "tf.contrib.rnn.LSTMStateTuple": ("c", "h"),
    "tf.nn.bidirectional_dynamic_rnn": (
        "cell_fw", "cell_bw", "inputs", "sequence_length", "initial_state_fw", "initial_state_bw",
        "dtype", "time_major"),
} | {
    f"{module}.static_bidirectional_rnn": (
        "cell_fw", "cell_bw", "inputs", "initial_state_fw", "initial_state_bw", "dtype",
        "sequence_length")
    for module in ("tf.nn", "tf.contrib.rnn")
}  # fmt: skip
# The cells that they run, and below which scopes the variables of these are.
CELLS_RUN = {"cell": "rnn", "cell_fw": "bidirectional_rnn/fw", "cell_bw": "bidirectional_rnn/bw"}
# Those of them in whose place the cells make what they draw.
RUNNING = {name for name in RNN if name.endswith("_rnn")}
# Metrics that count on from run to run -> Keras' class, and the parameters in order.
METRICS: dict[str, tuple[str, tuple[str, ...]]] = {
    "tf.metrics.precision": ("Precision", ("labels", "predictions")),
    "tf.metrics.recall": ("Recall", ("labels", "predictions")),
    "tf.metrics.auc": ("AUC", ("labels", "predictions")),
    "tf.metrics.mean_iou": ("MeanIoU", ("labels", "predictions")),
    "tf.metrics.accuracy": ("Accuracy", ("labels", "predictions")),
    "tf.metrics.mean": ("Mean", ("values",)),
    "tf.metrics.mean_squared_error": ("MeanSquaredError", ("labels", "predictions")),
    "tf.metrics.mean_absolute_error": ("MeanAbsoluteError", ("labels", "predictions")),
    "tf.metrics.root_mean_squared_error": ("RootMeanSquaredError", ("labels", "predictions")),
}  # fmt: skip
# Those that Keras counts otherwise, and how each is made, beside the file.
OWN_METRICS = {
    "tf.metrics.precision": (), "tf.metrics.recall": (), "tf.metrics.auc": ("num_thresholds",),
    "tf.metrics.mean_iou": ("num_classes",),
}  # fmt: skip
MEASURES_MODULE = "measures_v1"
# What sets them back.
LOCAL_INIT = "tf.local_variables_initializer"
# All variables, and what is told of files: plain values.
COLLECTION = "tf.get_collection"
DEFAULT_GRAPH = "tf.get_default_graph"
ALL_VARIABLES = {"tf.global_variables", "tf.all_variables"}
COLLECTIONS = {"tf.trainable_variables", *ALL_VARIABLES, COLLECTION}
PLAIN = {
    "tf.train.get_checkpoint_state",
    "tf.train.latest_checkpoint",
    "tf.train.checkpoint_exists",
    *(f"tf.compat.as_{name}" for name in ("bytes", "text", "str", "str_any")),
}
# What of Keras computes tensors of tensors, and keeps nothing.
COMPUTED_BY_KERAS = {
    *(f"tf.keras.losses.{name}" for name in (
        "mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error", "mse", "mae", "mape",
        "mean_squared_logarithmic_error", "msle", "categorical_crossentropy", "binary_crossentropy",
        "sparse_categorical_crossentropy", "hinge", "squared_hinge", "poisson", "kullback_leibler_divergence",
        "kld", "logcosh")),
    *(f"tf.keras.activations.{name}" for name in (
        "relu", "elu", "selu", "softmax", "softplus", "softsign", "sigmoid", "hard_sigmoid", "tanh", "linear")),
    *(f"tf.keras.backend.{name}" for name in (
        "mean", "sum", "max", "min", "prod", "std", "var", "square", "sqrt", "abs", "exp", "log", "pow", "clip",
        "maximum", "minimum", "argmax", "argmin", "equal", "not_equal", "greater", "less", "cast", "flatten",
        "batch_flatten", "reshape", "concatenate", "stack", "expand_dims", "squeeze", "transpose",
        "permute_dimensions", "dot", "batch_dot", "gather", "one_hot", "softmax", "relu", "elu", "sigmoid", "tanh",
        "l2_normalize", "epsilon", "shape", "int_shape", "ndim", "sign", "round", "tile", "repeat_elements",
        "categorical_crossentropy", "binary_crossentropy", "sparse_categorical_crossentropy", "zeros_like",
        "ones_like", "cumsum", "logsumexp", "any", "all", "floatx", "image_data_format")),
}  # fmt: skip
# What of Keras gives no tensors and makes no variables.
PLAIN_OF_KERAS = tuple(
    f"{keras}.{name}"
    for keras in ("tf.keras", "tf.contrib.keras")
    for name in (
        "preprocessing.",
        "datasets.",
        "utils.to_categorical",
        "utils.get_file",
        "utils.normalize",
    )
)
# Types of which none is a number in single or double precision.
OTHER_TYPES = {
    f"tf.{name}" for name in ("bool", "int8", "int16", "int32", "int64", "uint8", "string")
} | {f"'{name}'" for name in ("bool", "int32", "int64")}  # fmt: skip
# Names of types.
TYPES = {
    "bool", "string", "complex64", "complex128", "half", "double", *(
        f"{kind}{size}" for kind in ("int", "uint", "float", "bfloat") for size in (8, 16, 32, 64)),
}  # fmt: skip
# What makes something that must be made once.
MADE |= {*LAYERS, *METRICS, *CELLS}
# What gives a tensor of the type that it is given.
KEEPING = ("tf.reshape", "tf.identity", "tf.expand_dims", "tf.squeeze", "tf.transpose")
# What is computed number by number, of one tensor and of two.
EACH = {
    "tf.identity", "tf.square", "tf.sqrt", "tf.abs", "tf.negative", "tf.exp", "tf.log", "tf.tanh",
    "tf.sigmoid", "tf.clip_by_value", "tf.stop_gradient", "tf.nn.relu", "tf.nn.relu6", "tf.nn.elu",
    "tf.nn.selu", "tf.nn.leaky_relu", "tf.nn.softmax", "tf.nn.sigmoid", "tf.nn.tanh",
    "tf.nn.softplus", "tf.nn.bias_add", "tf.nn.log_softmax",
}  # fmt: skip
PAIRED = {
    "tf.add", "tf.subtract", "tf.multiply", "tf.divide", "tf.maximum", "tf.minimum", "tf.pow",
    "tf.squared_difference",
}  # fmt: skip
# What gives tensors of the type of those that it is given.
ALIKE = {
    *KEEPING, *EACH, *PAIRED, "tf.matmul", "tf.reduce_mean", "tf.reduce_sum", "tf.reduce_max",
    "tf.reduce_min", "tf.add_n", "tf.nn.conv2d", "tf.nn.max_pool", "tf.nn.avg_pool",
}  # fmt: skip
# Types of inputs that a layer of Keras takes as they are, as they are written.
USUAL_TYPES = {
    f"{quote}{name}{quote}" for quote in ("'", '"') for name in ("float", "float32")
} | {"tf.float32", "np.float32", "numpy.float32", "float"}  # fmt: skip
# Layers of rows: how wide their inputs are is all that their variables depend on.
DENSE = ("tf.layers.dense", "tf.contrib.layers.fully_connected")
# Layers that hold variables, which are saved under the layer's name.
HOLDING = (
    "tf.layers.dense", "tf.layers.conv1d", "tf.layers.conv2d", "tf.layers.conv3d",
    "tf.layers.conv2d_transpose", "tf.layers.batch_normalization",
)  # fmt: skip
# What gives a tensor of the type that an argument names, and where that stands.
TYPED_BY = {
    "tf.cast": ("dtype", 1), "tf.decode_raw": ("out_type", 1), "tf.io.decode_raw": ("out_type", 1),
    "tf.image.convert_image_dtype": ("dtype", 1), "tf.string_to_number": ("out_type", 1),
    "tf.saturate_cast": ("dtype", 1),
}  # fmt: skip
# What gives numbers of single precision, whatever numbers it is given.
FLOATS = {
    "tf.to_float", "tf.image.resize_images", "tf.image.per_image_standardization",
    "tf.image.resize_bilinear",
}  # fmt: skip
NOT_YET = " is not rewritten yet"
# Parts of the digits that tf.examples reads, and their types unless they are told another one.
DIGITS = {"images": "'float32'"}
# What exports a SavedModel -> what it is called in short.
EXPORT_MODULE = "export_v1"
EXPORTING = {
    f"tf.saved_model.{path}{name}": name
    for path, names in {
        "": ("simple_save", "build_tensor_info", "build_signature_def", "predict_signature_def"),
        "utils.": ("build_tensor_info",),
        "signature_def_utils.": ("build_signature_def", "predict_signature_def"),
        "builder.": ("SavedModelBuilder",),
    }.items()
    for name in names
} | {"tf.saved_model.Builder": "SavedModelBuilder"}
PREDICTS = '"tensorflow/serving/predict"'
EXPORT_CONSTANTS = {
    "DEFAULT_SERVING_SIGNATURE_DEF_KEY": "serving_default", "SERVING": "serve",
    "PREDICT_METHOD_NAME": "tensorflow/serving/predict", "PREDICT_INPUTS": "inputs",
    "PREDICT_OUTPUTS": "outputs", "CLASSIFY_METHOD_NAME": "tensorflow/serving/classify",
    "REGRESS_METHOD_NAME": "tensorflow/serving/regress",
}  # fmt: skip
# What holds state of its own, or hangs on the graph: left as it is.
REFUSED = (
    "tf.contrib.", "tf.print", "tf.no_op", "tf.debugging.assert", "tf.debugging.Assert", "tf.compat.",
    "tf.train.import_meta_graph", "tf.summary.", "tf.metrics.",     "tf.train.start_queue_runners", "tf.train.batch", "tf.train.shuffle_batch", "tf.FIFOQueue",
    "tf.RandomShuffleQueue", "tf.train.string_input_producer", "tf.control_dependencies",
    "tf.add_to_collection", "tf.get_default_graph", "tf.estimator.", "tf.nn.rnn_cell.",
    "tf.nn.dynamic_rnn", "tf.nn.static_rnn", "tf.nn.bidirectional_", "tf.keras.",
    "tf.train.get_global_step",
    "tf.train.MonitoredTrainingSession", "tf.train.Supervisor", "tf.train.ExponentialMovingAverage",
    "tf.custom_gradient", "tf.Assert", "tf.assert_",
    "tf.saved_model", "tf.python_io", "tf.convert_to_tensor_or",
)  # fmt: skip

# Rates that change with a counter of steps: parameters, in order, and which of them the counter is.
SCHEDULE_MODULE = "schedules_v1"
_DECAY = ("learning_rate", "global_step", "decay_steps", "decay_rate", "staircase", "name")
SCHEDULES: dict[str, tuple[tuple[str, ...], str]] = {
    **{
        f"tf.train.{name}": (_DECAY, "global_step")
        for name in ("exponential_decay", "natural_exp_decay", "inverse_time_decay")
    },
    "tf.train.cosine_decay": (("learning_rate", "global_step", "decay_steps", "alpha", "name"), "global_step"),
    "tf.train.polynomial_decay": (
        ("learning_rate", "global_step", "decay_steps", "end_learning_rate", "power", "cycle", "name"),
        "global_step"),
    **dict.fromkeys(
        ("tf.train.piecewise_constant", "tf.train.piecewise_constant_decay"),
        (("x", "boundaries", "values", "name"), "x")),
}  # fmt: skip
# Optimizers that Keras trains alike with such a rate.
RATED = {
    "tf.train.GradientDescentOptimizer", "tf.train.AdamOptimizer", "tf.train.AdagradOptimizer",
}  # fmt: skip
# What makes the variable that counts steps.
COUNTERS = {"tf.train.create_global_step", "tf.train.get_or_create_global_step"}
# Optimizers whose state can be saved -> what they are then, and the parameters that it knows.
KEPT: dict[str, tuple[str, tuple[str, ...]]] = {
    "tf.train.AdamOptimizer": ("Adam", ("learning_rate", "beta1", "beta2", "epsilon")),
    "tf.train.MomentumOptimizer": ("Momentum", ("learning_rate", "momentum", "use_nesterov")),
    "tf.train.AdagradOptimizer": ("Adagrad", ("learning_rate", "initial_accumulator_value")),
    "tf.train.RMSPropOptimizer": (
        "RMSProp", ("learning_rate", "decay", "momentum", "epsilon", "centered")),
}  # fmt: skip
# Optimizers that keep nothing from step to step.
STATELESS = {"tf.train.GradientDescentOptimizer"}
OPTIMIZER_MODULE = "optimizers_v1"
OWN = f"tfshift_{OPTIMIZER_MODULE}.RMSProp"
# tf.train's optimizer -> Keras' own, its parameters in order as (theirs, ours or empty), and what
# must be written because the defaults differ. Held to 50 steps of both sides by the tests.
OPTIMIZERS: dict[str, tuple[str, tuple[tuple[str, str], ...], dict[str, str]]] = {
    "tf.train.GradientDescentOptimizer": (
        "SGD", (("learning_rate", "learning_rate"), ("use_locking", ""), ("name", "")), {}),
    "tf.train.MomentumOptimizer": (
        "SGD", (("learning_rate", "learning_rate"), ("momentum", "momentum"), ("use_locking", ""),
                ("name", ""), ("use_nesterov", "nesterov")), {}),
    "tf.train.AdamOptimizer": (
        "Adam", (("learning_rate", "learning_rate"), ("beta1", "beta_1"), ("beta2", "beta_2"),
                 ("epsilon", "epsilon"), ("use_locking", ""), ("name", "")), {"epsilon": "1e-08"}),
    "tf.train.AdagradOptimizer": (
        "Adagrad", (("learning_rate", "learning_rate"),
                    ("initial_accumulator_value", "initial_accumulator_value"), ("use_locking", ""),
                    ("name", "")), {}),
    # Keras starts the mean of squares at 0, 1.x at 1: a class of its own.
    "tf.train.RMSPropOptimizer": (
        OWN, (("learning_rate", "learning_rate"), ("decay", "decay"), ("momentum", "momentum"),
              ("epsilon", "epsilon"), ("use_locking", ""), ("centered", "centered"), ("name", "")), {}),
    "tf.train.AdadeltaOptimizer": (
        "Adadelta", (("learning_rate", "learning_rate"), ("rho", "rho"), ("epsilon", "epsilon"),
                     ("use_locking", ""), ("name", "")), {"epsilon": "1e-08"}),
}  # fmt: skip
