"""Feeds that are given more than they are made with."""

from __future__ import annotations

import ast
from dataclasses import replace

from tfshift.code.graphs.blocks import Blocks
from tfshift.code.graphs.kinds import Fed, Is, Named, Refusal
from tfshift.code.graphs.syntax import is_method


class Feeds(Blocks):
    """Feeds that are given more than they are made with."""

    def _grows(self, target: ast.expr, value: ast.expr) -> bool:
        """Read what a feed is given under one more key; tell whether it is that."""
        base = target.value if isinstance(target, ast.Subscript) else None
        named = self._named(base.id) if isinstance(base, ast.Name) else None
        if not isinstance(target, ast.Subscript) or not isinstance(base, ast.Name):
            return False
        if named is None or named.kind is not Is.FEED:
            return False
        self._add_to_feed(base.id, named, ast.Dict([target.slice], [value]))
        return True

    def _updates_feed(self, call: ast.Call) -> bool:
        """Read what a feed is given by ``update``; tell whether a call is one."""
        base = call.func.value if isinstance(call.func, ast.Attribute) else None
        named = self._named(base.id) if isinstance(base, ast.Name) else None
        if named is None or named.kind is not Is.FEED or not is_method(call, "update"):
            return False
        given = call.args[0] if len(call.args) == 1 and not call.keywords else None
        if not isinstance(base, ast.Name) or not isinstance(given, ast.Dict):
            raise Refusal(call, "a feed that is not written out")
        self._add_to_feed(base.id, named, given)
        return True

    def _add_to_feed(self, name: str, named: Named, more: ast.Dict) -> None:
        """Let a feed hold more than it did.

        Raises:
            Refusal: if it is not clear whether it does.
        """
        key = more.keys[0]
        assert key is not None
        instance = ""
        if named.instance:
            held = self._instance_feed(more)
            if held is None or held[0] != named.instance:
                raise Refusal(key, "a feed of several objects")
            instance, pairs = held
            fed = Fed(more, {}, instance)
        else:
            found = self._feed_of(more)
            if found is None:
                raise Refusal(key, "a feed of what is no tensor")
            pairs = found
            fed = Fed(more, {k: self._dtype(k) for k, _ in pairs})
        added = [k for k, _ in pairs if k not in named.keys]
        if added and named.inside != self._blocks_around:
            raise Refusal(key, "a feed that grows in a branch")
        for _, given in pairs:
            self._plain(given)
        self.feeds.append(fed)
        self.names[name] = replace(named, keys=(*named.keys, *added))
