"""Small faults that a law could have: a boundary moved, a condition dropped, an order turned. One change each.

Left alone is what no answer can show: annotations, casts, the form of a dataclass, docstrings and sentences for people.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CODE = re.compile(r"[A-Za-z0-9_.\-]+")
"""Strings that decide something; whatever else is said to people."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")
TURNED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot,
    ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.Mult: ast.Add, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv,
    ast.Break: ast.Continue, ast.Continue: ast.Break,
}  # fmt: skip
OTHER = {"min": "max", "max": "min", "any": "all", "all": "any"}
SPEED_ONLY = {"REMEMBERED"}
"""How much is kept so as not to work it out again: more or less of it changes no answer."""
TYPES_ONLY = {"cast", "TypeVar", "dataclass", "field", "NewType"}
LONGEST = 160
"""Characters of a change that are shown."""
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
BODIES = (*FUNCTIONS, ast.ClassDef, ast.Module)
Path_ = tuple[tuple[str, int | None], ...]
"""From the module to a node: names of fields, and places in lists."""


@dataclass(frozen=True, eq=False)
class Mutant:
    file: Path
    module: str
    where: str
    """The function that it is in, by its qualified name; empty in the module's own statements."""
    line: int
    statement: int
    """The line on which the statement begins that it is in."""
    tree: ast.Module
    at: Path_
    new: ast.AST

    @property
    def function(self) -> str | None:
        """The qualified name of the outermost function whose body it is in: that body can be put in the place of the one
        that is there. None when it is outside all bodies: defaults, tables, constants."""
        node: ast.AST = self.tree
        outer: list[str] = []
        for name, place in self.at:
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
                outer.append(node.name)
                if isinstance(node, FUNCTIONS):
                    return ".".join(outer) if name == "body" else None
            node = getattr(node, name) if place is None else getattr(node, name)[place]
        return None

    @property
    def change(self) -> tuple[str, str]:
        """The smallest expression or simple statement around it, before and after."""
        after, depth = self.mutated(), len(self.at)
        shown = (ast.expr, ast.Return, ast.Assign, ast.AugAssign)
        while depth and not isinstance(reached(self.tree, self.at[:depth]), (ast.expr, ast.stmt)):
            depth -= 1
        around = reached(self.tree, self.at[: depth - 1])
        if isinstance(around, shown) and len(ast.unparse(around)) <= LONGEST:
            depth -= 1
        whole, changed = reached(self.tree, self.at[:depth]), reached(after, self.at[:depth])
        if isinstance(whole, ast.If) and isinstance(changed, ast.If):
            return _line(f"if {ast.unparse(whole.test)}"), _line(f"if {ast.unparse(changed.test)}")
        return _line(ast.unparse(whole)), _line(ast.unparse(changed))

    @property
    def key(self) -> str:
        """Stable while the text around it is."""
        before, after = self.change
        return f"{self.module.rsplit('.', 1)[1]}:{self.where} | {before} -> {after}"

    def mutated(self) -> ast.Module:
        return ast.fix_missing_locations(replaced(self.tree, self.at, self.new))


def replaced(tree: ast.Module, at: Path_, new: ast.AST) -> ast.Module:
    found = copy.deepcopy(tree)
    node: ast.AST = found
    for name, place in at[:-1]:
        node = getattr(node, name) if place is None else getattr(node, name)[place]
    name, place = at[-1]
    if place is None:
        setattr(node, name, new)
    else:
        getattr(node, name)[place] = new
    return found


def mutants(file: Path, module: str) -> Iterator[Mutant]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for at, node, statement, where in _walk(tree, (), None, ""):
        line = getattr(node, "lineno", statement.lineno)
        for new in _faults(node):
            yield Mutant(file, module, where, line, statement.lineno, tree, at, new)


def reached(tree: ast.AST, at: Path_) -> ast.AST:
    for name, place in at:
        tree = getattr(tree, name) if place is None else getattr(tree, name)[place]
    return tree


def _line(text: str) -> str:
    joined = " ".join(text.split())
    return joined if len(joined) <= LONGEST else joined[: LONGEST - 3] + "..."


def _walk(node: ast.AST, at: Path_, statement: ast.stmt | None, where: str) -> Iterator[tuple[Path_, ast.AST, ast.stmt, str]]:
    if isinstance(node, ast.stmt):
        statement = node
        if _speed_only(node):
            return
    if statement is not None and at:
        yield at, node, statement, where
    inside = where
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        inside = f"{where}.{node.name}" if where else node.name
    for name, value in ast.iter_fields(node):
        if _types_only(node, name):
            continue
        if isinstance(value, ast.AST):
            yield from _walk(value, (*at, (name, None)), statement, inside)
        elif isinstance(value, list):
            for i, child in enumerate(value):
                if isinstance(child, ast.AST) and not _translates(value, i) and not (isinstance(node, BODIES) and said(child)):
                    yield from _walk(child, (*at, (name, i)), statement, inside)


def _types_only(node: ast.AST, name: str) -> bool:
    if name in (
        "annotation",
        "returns",
        "decorator_list",
        "bases",
        "type_params",
        "ctx",
        "keywords" if isinstance(node, ast.ClassDef) else "",
    ):
        return True
    if isinstance(node, ast.keyword) and node.arg == "strict":  # of zip: both sides are as long as each other
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TYPES_ONLY:
        return node.func.id != "cast" or name == "func"
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript):  # an alias: Period = tuple[int, int]
        return isinstance(node.value.value, ast.Name) and node.value.value.id in ("tuple", "dict", "Callable", "Mapping", "Sequence")
    return isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets)


def _speed_only(node: ast.stmt) -> bool:
    of = node.test if isinstance(node, ast.If) else node if isinstance(node, ast.Assign) else None
    return of is not None and any(isinstance(n, ast.Name) and n.id in SPEED_ONLY for n in ast.walk(of))


def _translates(values: list[ast.AST], at: int) -> bool:
    """A word right after a Chinese one says the same to people in English."""
    return (
        at > 0
        and all(isinstance(v, (ast.Constant, ast.JoinedStr)) for v in values[at - 1 : at + 1])
        and bool(CHINESE.search(ast.unparse(values[at - 1])))
    )


def said(node: ast.AST) -> bool:
    """A docstring, of a module, a function or what stands above it."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _faults(node: ast.AST) -> Iterator[ast.AST]:
    if turned := TURNED.get(type(node)):
        yield turned()
    elif isinstance(node, ast.Constant):
        yield from (ast.Constant(value) for value in _others(node.value))
    elif isinstance(node, ast.Name) and node.id in OTHER:
        yield ast.Name(OTHER[node.id], ast.Load())
    elif isinstance(node, ast.BoolOp):
        yield from _fewer(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse)
    elif isinstance(node, ast.comprehension):
        for i in range(len(node.ifs)):
            yield ast.comprehension(node.target, node.iter, node.ifs[:i] + node.ifs[i + 1 :], node.is_async)
    elif isinstance(node, ast.Call) and len(node.args) > 1 and not isinstance(node.args[0], ast.Starred) and not _in_any_order(node):
        yield ast.Call(node.func, [node.args[1], node.args[0], *node.args[2:]], node.keywords)
    elif isinstance(node, ast.stmt):
        yield from _statements(node)


def _in_any_order(node: ast.Call) -> bool:
    """Turned arguments that say the same, or are only for types."""
    return isinstance(node.func, ast.Name) and node.func.id in ("cast", "isinstance", "min", "max")


def _fewer(node: ast.BoolOp) -> Iterator[ast.AST]:
    for i in range(len(node.values)):
        left = node.values[:i] + node.values[i + 1 :]
        yield left[0] if len(left) == 1 else ast.BoolOp(node.op, left)


def _others(value: Any) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, (int, float)):
        return [value + 1, value - 1]
    return [f"{value}_"] if isinstance(value, str) and CODE.fullmatch(value) else []


def _statements(node: ast.stmt) -> Iterator[ast.AST]:
    if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield ast.Return(ast.Constant(None))
    elif isinstance(node, ast.If):
        yield ast.If(ast.Constant(True), node.body, node.orelse)
        yield ast.If(ast.Constant(False), node.body, node.orelse)
    elif (
        isinstance(node, ast.AugAssign)
        or (isinstance(node, ast.Expr) and isinstance(node.value, (ast.Call, ast.Yield, ast.YieldFrom)))
        or (isinstance(node, ast.Assign) and any(isinstance(t, (ast.Attribute, ast.Subscript)) for t in node.targets))
    ):
        yield ast.Pass()


def _is_none(node: ast.AST) -> bool:
    """Or False, which decides the same."""
    return isinstance(node, ast.Constant) and (node.value is None or node.value is False)
