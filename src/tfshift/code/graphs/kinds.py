"""What a name of graph code stands for, and what the reader takes down of it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from enum import Enum


class Is(Enum):
    """The kinds of names and expressions."""

    PYTHON = "plain Python"
    EAGER = "a tensor that is the same in every run"
    DEFERRED = "a tensor of the graph"
    PLACEHOLDER = "a placeholder"
    VARIABLE = "a variable"
    OPTIMIZER = "an optimizer"
    TRAIN = "a training step"
    INIT = "an initialiser"
    SESSION = "a session"
    GRAPH = "a graph"
    FEED = "a feed"
    WRITER = "a writer of events"
    SUMMARY = "a summary"
    CONFIG = "settings of a session"
    DATASET = "a dataset"
    ITERATOR = "an iterator over a dataset"
    BEGIN = "what begins an iterator"
    SAVER = "a saver"
    SCHEDULE = "a learning rate that changes"
    CELL = "a layer or a recurrent cell"
    UPDATES = "updates of moving averages"
    BUILDER = "a function that builds"
    EXPORT = "a part of what is exported"
    METRIC = "the value of a metric"


# What only a run can tell.
RUN = (Is.DEFERRED, Is.PLACEHOLDER, Is.VARIABLE)


# What is saved, in order: the key in a checkpoint, and the text of the variable or layer.
Saved = list[tuple[str, ast.expr | str]]


class Refusal(Exception):  # noqa: N818 (a result, not a failure)
    """Something that is left as it is.

    Args:
        node: where.
        reason: what is in the way, in a few words.
    """

    def __init__(self, node: ast.AST, reason: str) -> None:
        super().__init__(reason)
        self.node, self.reason = node, reason


@dataclass(eq=False)
class Moved:
    """A statement that leaves its place for the functions that need it.

    Args:
        statement: it.
        targets: the names that it binds.
        needs: statements that it reads from.
        fed: placeholders that it reads.
        captured: names of Python, of variables and of constant tensors that it reads.
        many: whether its value may be more than one tensor.
        lists: names among those that it binds which hold lists, where others may not.
        made: calls in it that make layers, variables and the like, and what these are called.
        reused: calls in it that mean a layer made before, and what that is called.
        types: what such calls are told of the type of their inputs, by their identity.
        widths: how wide the inputs of such calls are, where that is written.
    """

    statement: ast.stmt
    targets: tuple[str, ...]
    needs: list[Moved] = field(default_factory=list)
    fed: set[str] = field(default_factory=set)
    captured: set[str] = field(default_factory=set)
    many: bool = False
    lists: set[str] = field(default_factory=set)
    made: list[tuple[ast.Call, str]] = field(default_factory=list)
    types: dict[int, str] = field(default_factory=dict)
    widths: dict[int, ast.expr] = field(default_factory=dict)
    reused: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Summary:
    """One summary of a value.

    Args:
        function: what writes it, below ``tf.summary``.
        tag: what it is called among the events.
        value: what it is of.
        kind: what that stands for.
        needs: as of ``Moved``, for the value.
        most: how many images of it are written, where that is said.
    """

    function: str
    tag: str
    value: ast.expr
    kind: Is
    needs: Moved
    most: ast.expr | None = None


@dataclass
class Named:
    """A name of the scope.

    Args:
        kind: what it stands for.
        node: where it was bound.
        moved: the statement that binds it, where that moves.
        dtype: a placeholder's type, as it is written.
        training: what a training step does.
        keys: placeholders that a feed gives.
        instance: as of ``Run``, for a feed.
        summaries: what a summary is made of.
        iterator: what gives a placeholder its values, where that is an iterator.
        group: all names that an iterator's element is given.
        over: the dataset of an iterator, or of what begins it.
        session: which session it is, by the identity of the call that made it.
        types: of a dataset or iterator, the types of the parts of an element as far as they are known.
        shuffled: whether a dataset is.
        default: what a placeholder holds where it is not fed.
        updates: statements whose moving averages are updated by it.
        inside: of a feed, the blocks that it was made in.
        metric: of the value of a metric, the name of that.
    """

    kind: Is
    node: ast.AST
    moved: Moved | None = None
    dtype: str = ""
    training: Training | None = None
    keys: tuple[str, ...] = ()
    instance: str = ""
    summaries: tuple[Summary, ...] = ()
    iterator: str = ""
    group: tuple[str, ...] = ()
    over: ast.expr | None = None
    session: int = 0
    types: tuple[str, ...] = ()
    shuffled: bool = False
    default: ast.expr | None = None
    updates: tuple[Moved, ...] = ()
    inside: tuple[int, ...] = ()
    metric: str = ""


@dataclass
class Begun:
    """A statement that begins iterators.

    Args:
        statement: it.
        iterators: their names, and the datasets.
        needs: as of ``Moved``, for the datasets.
        feed: placeholder and value.
        types: as of ``Run``.
    """

    statement: ast.stmt
    iterators: list[tuple[str, ast.expr]]
    needs: Moved
    feed: list[tuple[str, ast.expr]]
    types: dict[str, str] = field(default_factory=dict)


@dataclass
class Training:
    """One ``minimize``.

    Args:
        optimizer: the name of the optimizer.
        loss: what is made small.
        needs: as of ``Moved``, for the loss.
        counter: the variable that counts its steps.
        variables: those that it changes, where not all are meant.
        pairs: the gradients and variables that it is given, where it computes none itself.
        listed: where all are meant, those that the loss depends on, as they are written in a list; None
            where they are not known.
        partly: whether the loss depends on layers that are not trained, too.
        updates: statements whose moving averages it updates.
        rate: the learning rate, where it is a tensor that each step gives the optimizer; and what makes
            that.
    """

    optimizer: str
    loss: ast.expr
    needs: Moved
    counter: str = ""
    variables: ast.expr | None = None
    pairs: ast.expr | None = None
    listed: list[str] | None = None
    partly: bool = False
    updates: tuple[Moved, ...] = ()
    rate: tuple[ast.expr, ast.Call] | None = None


@dataclass
class Fetch:
    """One thing that a run asks for."""

    node: ast.expr
    kind: Is
    needs: Moved
    training: Training | None = None
    many: bool = False
    summaries: tuple[Summary, ...] = ()
    in_parts: bool = False

    @property
    def gives(self) -> bool:
        """Whether it has a value, which training steps and updates of moving averages have not."""
        return self.training is None and self.kind is not Is.UPDATES


@dataclass
class Run:
    """A place where the graph is run.

    Args:
        call: the call.
        fetches: what it asks for.
        listed: whether they stand in a list or tuple.
        tupled: whether that is a tuple.
        types: what is fed -> its type, as it is written.
        feed: placeholder and value, for those written out.
        feed_name: the name of a dictionary that is fed.
        keys: the placeholders fed.
        iterator: the iterator that gives the first of them.
        group: those.
        session: the session that runs, by the identity of the call that made it.
        stops: statements that need not run, because what they bind is fed.
        instance: the name of an object of the file's own class whose graph it is, where it is one's.
        asked: what is asked of that object, as it is written.
        holder: the class, once it is read.
        unfed: placeholders that are not fed, and what they hold then.
    """

    call: ast.Call
    fetches: list[Fetch]
    listed: bool
    feed: list[tuple[str, ast.expr]]
    feed_name: str
    keys: tuple[str, ...]
    iterator: str = ""
    group: tuple[str, ...] = ()
    session: int = 0
    stops: list[Moved] = field(default_factory=list)
    tupled: bool = False
    types: dict[str, str] = field(default_factory=dict)
    instance: str = ""
    asked: list[ast.Attribute] = field(default_factory=list)
    holder: str = ""
    unfed: list[tuple[str, ast.expr]] = field(default_factory=list)


@dataclass
class Signature:
    """One signature of a SavedModel.

    Args:
        run: what it computes.
        inputs: what each input is called, and of what shape and type it is, as they are written.
        outputs: what each output is called.
    """

    run: Run
    inputs: list[tuple[str, str]]
    outputs: list[str]


@dataclass
class Export:
    """A call that writes a SavedModel.

    Args:
        call: it.
        folder: where to.
        signatures: they, by the key as it is written.
    """

    call: ast.Call
    folder: ast.expr
    signatures: dict[str, Signature]


@dataclass
class Fed:
    """A dictionary that is fed, to be keyed by the names of parameters.

    Args:
        node: it.
        types: what its keys stand for -> the type, as it is written.
        instance: as of ``Run``.
        holder: as of ``Run``.
        shown: what its keys stand for -> the parameter, where it is called otherwise.
    """

    node: ast.Dict
    types: dict[str, str]
    instance: str = ""
    holder: str = ""
    shown: dict[str, str] = field(default_factory=dict)


@dataclass
class Factory:
    """A function that makes variables and applies them to tensors.

    Args:
        function: it.
        tensors: its parameters that are given tensors.
        reuse: the parameter that says whether the variables of another call are meant.
        shared: whether all calls mean the same variables.
        calls: calls of it.
        scope: the scope of variables that all it makes stands in, or nothing.
        listed: whether somebody asks for its variables.
    """

    function: ast.FunctionDef
    tensors: set[str] = field(default_factory=set)
    reuse: str = ""
    shared: bool = False
    calls: list[ast.Call] = field(default_factory=list)
    scope: str = ""
    listed: bool = False

    def given(self, call: ast.Call) -> dict[str, ast.expr]:
        """Return a call's arguments by the name of the parameter.

        Raises:
            Refusal: if they cannot be told apart.
        """
        names = [a.arg for a in self.function.args.args]
        if len(call.args) > len(names) or any(isinstance(a, ast.Starred) for a in call.args):
            raise Refusal(call, "arguments that are not known")
        given = dict(zip(names, call.args, strict=False))
        for keyword in call.keywords:
            if keyword.arg not in names:
                raise Refusal(call, "arguments that are not known")
            given[keyword.arg] = keyword.value
        return given
