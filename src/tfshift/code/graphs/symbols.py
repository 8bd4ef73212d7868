"""Names of TensorFlow 1.x that graph code is made of."""

from __future__ import annotations

PLACEHOLDER = {"tf.placeholder"}
VARIABLE = {"tf.Variable"}
SESSION = {"tf.Session", "tf.InteractiveSession"}
INIT = {
    "tf.global_variables_initializer", "tf.initialize_all_variables", "tf.local_variables_initializer",
    "tf.initialize_local_variables", "tf.tables_initializer",
}  # fmt: skip
# They write the graph, of which nothing is left, or summaries, which are refused.
WRITER = {"tf.summary.FileWriter", "tf.train.SummaryWriter"}
# Statements that mean nothing where there is no graph.
DROPPED = {"tf.reset_default_graph"}
RANDOM = ("tf.random_", "tf.random.", "tf.truncated_normal", "tf.multinomial", "tf.nn.dropout")
# Several tensors come of these.
MANY = {
    "tf.split", "tf.unstack", "tf.unpack", "tf.meshgrid", "tf.unique", "tf.unique_with_counts",
    "tf.nn.top_k", "tf.nn.moments", "tf.svd", "tf.qr", "tf.self_adjoint_eig", "tf.gradients",
    "tf.linalg.svd", "tf.linalg.qr", "tf.setdiff1d", "tf.dynamic_partition", "tf.listdiff",
    "tf.while_loop", "tf.cond", "tf.case", "tf.scan", "tf.map_fn", "tf.hessians",
    "tf.nn.weighted_moments", "tf.nn.fused_batch_norm", "tf.math.top_k", "tf.linalg.eigh",
    "tf.linalg.lu", "tf.boolean_mask", "tf.nn.max_pool_with_argmax", "tf.nn.sufficient_statistics",
}  # fmt: skip
SCOPES = {"tf.name_scope"}
# Calls that are written otherwise: parameters in order, and what they become. What is not named
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
    "tf.arg_max": (("input", "dimension"), "{tf}.argmax({input}, {dimension})"),
    "tf.arg_min": (("input", "dimension"), "{tf}.argmin({input}, {dimension})"),
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
ASSIGN = ("tf.assign", "tf.assign_add", "tf.assign_sub")
# What labels do not reach back through.
STOPPED_LABELS = {
    "tf.losses.softmax_cross_entropy": "onehot_labels",
    "tf.nn.softmax_cross_entropy_with_logits": "labels",
}

# tf.layers -> Keras' class, its parameters in order as (theirs, ours); an empty one means nothing
# there, a missing one is refused. The first is what the layer is called with.
_INITIAL = (("kernel_initializer", "kernel_initializer"), ("bias_initializer", "bias_initializer"))
_POOL = (("inputs", ""), ("pool_size", "pool_size"), ("strides", "strides"), ("padding", "padding"),
         ("data_format", "data_format"), ("name", ""))  # fmt: skip
LAYERS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "tf.layers.dense": ("Dense", (
        ("inputs", ""), ("units", "units"), ("activation", "activation"), ("use_bias", "use_bias"),
        *_INITIAL, ("name", ""))),
    "tf.layers.conv2d": ("Conv2D", (
        ("inputs", ""), ("filters", "filters"), ("kernel_size", "kernel_size"), ("strides", "strides"),
        ("padding", "padding"), ("data_format", "data_format"), ("dilation_rate", "dilation_rate"),
        ("activation", "activation"), ("use_bias", "use_bias"), *_INITIAL, ("name", ""))),
    "tf.layers.max_pooling2d": ("MaxPooling2D", _POOL),
    "tf.layers.average_pooling2d": ("AveragePooling2D", _POOL),
    "tf.layers.flatten": ("Flatten", (("inputs", ""), ("name", ""))),
}  # fmt: skip
# What holds state of its own, or hangs on the graph: left as it is.
REFUSED = (
    "tf.contrib.", "tf.get_variable", "tf.variable_scope", "tf.train.Saver",
    "tf.train.import_meta_graph", "tf.summary.", "tf.metrics.", "tf.data.", "tf.train.Coordinator",
    "tf.train.start_queue_runners", "tf.train.batch", "tf.train.shuffle_batch", "tf.FIFOQueue",
    "tf.RandomShuffleQueue", "tf.train.string_input_producer", "tf.control_dependencies",
    "tf.py_func", "tf.get_collection", "tf.add_to_collection", "tf.trainable_variables",
    "tf.global_variables", "tf.get_default_graph", "tf.get_default_session", "tf.app.", "tf.flags.",
    "tf.estimator.", "tf.SparseTensor", "tf.sparse", "tf.SparseTensorValue", "tf.nn.rnn_cell.",
    "tf.nn.dynamic_rnn", "tf.nn.static_rnn", "tf.nn.bidirectional_", "tf.keras.", "tf.gfile",
    "tf.TensorArray", "tf.ConfigProto", "tf.train.get_", "tf.train.create_global_step", "tf.group",
    "tf.sparse_placeholder", "tf.placeholder_with_default", "tf.Print", "tf.device", "tf.ragged",
    "tf.train.MonitoredTrainingSession", "tf.train.Supervisor", "tf.train.ExponentialMovingAverage",
    "tf.custom_gradient", "tf.Assert", "tf.assert_", "tf.lookup.",
    "tf.saved_model", "tf.python_io", "tf.train.exponential_decay",
    "tf.train.polynomial_decay", "tf.train.piecewise_constant", "tf.convert_to_tensor_or",
)  # fmt: skip

OWN = "tfshift_optimizers_v1.RMSProp"
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
