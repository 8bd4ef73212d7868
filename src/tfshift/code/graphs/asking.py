"""What functions ask of datasets, asked of these themselves; and what is said that changes nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tfshift.code.graphs.inlining import Inlined, Text, plain, replaced, until_none
from tfshift.code.graphs.symbols import LISTS
from tfshift.code.graphs.walking import walk

_METHODS = {
    "tf.data.make_one_shot_iterator": "make_one_shot_iterator()",
    "tf.data.make_initializable_iterator": "make_initializable_iterator()",
    "tf.data.get_output_types": "output_types",
    "tf.data.get_output_shapes": "output_shapes",
}


def without_strategies(one: Inlined) -> Inlined:
    """Leave out how a table is spread over several tensors: what looks up in lists is refused."""
    if "partition_strategy" not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
        for call in (n for n in walk(now.file.source.tree) if isinstance(n, ast.Call)):
            said = [k for k in call.keywords if k.arg == "partition_strategy"]
            if said and plain(symbols.get(id(call.func), "")) in LISTS:
                less = ast.Call(call.func, call.args, [k for k in call.keywords if k not in said])
                yield replaced(now.file.source, call, ast.unparse(less))

    return until_none(one, written)


def chosen_apart(one: Inlined) -> Inlined:
    """Write ``[f(v) for v in variables if "bias" not in v.name]`` as one over a list of those."""
    if ".name" not in one.file.source.text:
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
        for listed in walk(now.file.source.tree):
            if not isinstance(listed, (ast.ListComp, ast.GeneratorExp)):
                continue
            over = listed.generators[0]
            target = over.target.id if isinstance(over.target, ast.Name) else ""
            asked = (f"{target}.name" in ast.unparse(test) for test in over.ifs)
            plain_one = isinstance(listed.elt, ast.Name) and listed.elt.id == target
            if len(listed.generators) > 1 or plain_one or not target or not any(asked):
                continue
            tests = "".join(f" if {ast.unparse(test)}" for test in over.ifs)
            those = f"[{target} for {target} in {ast.unparse(over.iter)}{tests}]"
            first, last = "[]" if isinstance(listed, ast.ListComp) else "()"
            text = f"{first}{ast.unparse(listed.elt)} for {target} in {those}{last}"
            yield replaced(now.file.source, listed, text)

    return until_none(one, written)


def asked_themselves(one: Inlined) -> Inlined:
    """Write ``tf.data.make_one_shot_iterator(dataset)`` as the dataset's own method."""
    if not any(name.rpartition(".")[2] + "(" in one.file.source.text for name in _METHODS):
        return one

    def written(now: Inlined, symbols: Mapping[int, str]) -> Iterator[Text]:
        for call in (n for n in walk(now.file.source.tree) if isinstance(n, ast.Call)):
            method = _METHODS.get(plain(symbols.get(id(call.func), "")))
            if method is None or len(call.args) != 1 or call.keywords:
                continue
            of = ast.unparse(call.args[0])
            simple = isinstance(call.args[0], (ast.Name, ast.Attribute, ast.Call, ast.Subscript))
            yield replaced(now.file.source, call, f"{of if simple else f'({of})'}.{method}")

    return until_none(one, written, fewer=True)
