"""What small faults can be made in a file of Python: one operator, condition, number, word, argument or line other than written."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CUTTING = {
    "filter",
    "exclude",
    "select_for_update",
    "distinct",
    "order_by",
    "visible_to",
    "strip",
    "casefold",
    "lower",
}
"""Calls that are left out of a chain."""
SELECTING = {"filter", "exclude", "get", "update", "get_or_create", "update_or_create", "count"}
"""Calls whose named arguments are left out one by one."""
WORDS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "RuntimeError", "LookupError", "KeyError", "TypeError", "ValueError"}  # fmt: skip
"""Calls whose texts are for people; a wrong letter in them is no fault of the kind looked for."""
COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn,
    ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
COMPUTED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div, ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd, ast.Pow: ast.Mult,
}  # fmt: skip


@dataclass
class Mutant:
    """One fault: what is written instead of what, and where."""

    path: Path
    line: int
    scope: str
    before: str
    after: str
    tree: ast.Module
    outcome: str = ""
    by: str = ""
    tests: int = 0

    def __str__(self) -> str:
        place = f"{self.path.relative_to(ROOT)}:{self.line} {self.scope}"
        return f"{place}: {self.before}  ->  {self.after or '(left out)'}"

    @property
    def last_line(self) -> int:
        """Where what begins on its line ends."""
        ends = [
            getattr(n, "end_lineno", 0) or 0
            for n in ast.walk(self.tree)
            if getattr(n, "lineno", 0) == self.line
        ]
        return max(ends, default=self.line)

    @property
    def key(self) -> str:
        """How the list of equivalent mutants names it: without the line, which changes."""
        return f"{self.path.relative_to(ROOT)} | {self.scope} | {self.before} | {self.after}"

    def is_named_in(self, line: str) -> bool:
        """Whether a line of an earlier run tells of this fault, wherever it stands by now."""
        place, _space, fault = str(self).partition(" ")
        return f" {place.partition(':')[0]}:" in line and line.endswith(f" {fault}")


def short(node: ast.AST) -> str:
    """A piece of code in one line."""
    return " ".join(ast.unparse(node).split())[:160]


def replacements(node: ast.AST, parents: list[ast.AST]) -> Iterator[ast.AST | None]:
    """What may stand instead of a node; None leaves a statement out."""
    match node:
        case ast.Compare(ops=[op], left=left, comparators=[right]) if type(op) in COMPARED:
            yield ast.Compare(left, [COMPARED[type(op)]()], [right])
        case ast.Compare(left=left, ops=[first, second], comparators=[middle, right]):
            for ops in ([COMPARED[type(first)](), second], [first, COMPARED[type(second)]()]):
                yield ast.Compare(left, ops, [middle, right])
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            for at in range(len(values)):
                rest = values[:at] + values[at + 1 :]
                yield rest[0] if len(rest) == 1 else ast.BoolOp(op, rest)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in COMPUTED and not isinstance(
            left, ast.Constant | ast.JoinedStr
        ):
            yield ast.BinOp(left, COMPUTED[type(op)](), right)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield body
            yield orelse
        case ast.If(test=test, body=body, orelse=orelse) if not isinstance(test, ast.Compare | ast.UnaryOp):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.With(
            items=[ast.withitem(context_expr=ast.Call(func=ast.Attribute(attr="atomic")))], body=body
        ):
            yield ast.If(ast.Constant(True), body, [])
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield ast.Constant(value + 1)
        case ast.Constant(value=str() as value) if value and "\n" not in value and len(value) < 80:
            yield ast.Constant(f"XX{value}")
        case ast.Raise() | ast.Continue() | ast.Break() | ast.AugAssign() | ast.Delete():
            yield None
        case ast.Expr(value=ast.Call() | ast.Yield()):
            yield None
        case ast.Return(value=value) if value is not None and not (
            isinstance(value, ast.Constant) and value.value is None
        ):
            yield ast.Return(ast.Constant(None))
        case ast.Call(func=func, args=args, keywords=keywords):
            if isinstance(func, ast.Attribute) and func.attr in CUTTING:
                yield func.value
            if isinstance(func, ast.Attribute) and func.attr in SELECTING and len(args) + len(keywords) > 1:
                for at in range(len(keywords)):
                    yield ast.Call(func, args, keywords[:at] + keywords[at + 1 :])


def is_silent(node: ast.AST, parents: list[ast.AST]) -> bool:
    """Whether nothing is to be changed here: texts for people, annotations, docstrings, default values of words."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
        return True
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Assert | ast.AnnAssign | ast.alias):
        return not (isinstance(node, ast.AnnAssign) and node.value is not None)
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        return name in WORDS
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return True
    return isinstance(node, ast.JoinedStr | ast.arg)


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every fault that can be made in a file, one tree each."""
    tree = ast.parse(path.read_text(encoding="utf-8"))

    def walk(node: ast.AST, parents: list[ast.AST]) -> Iterator[Mutant]:
        if is_silent(node, parents):
            return
        for name, value in ast.iter_fields(node):
            if name in (
                "annotation",
                "returns",
                "decorator_list",
                "bases",
                "type_comment",
                "targets",
                "defaults",
                "kw_defaults",
            ):
                continue
            if name == "keywords" and isinstance(node, ast.ClassDef):
                continue
            children = value if isinstance(value, list) else [value]
            for at, child in enumerate(children):
                if not isinstance(child, ast.AST):
                    continue
                if isinstance(node, ast.ClassDef) and not isinstance(child, ast.FunctionDef | ast.ClassDef):
                    continue  # fields and constraints: what the database holds is not changed in a running process
                for new in replacements(child, [*parents, node]):
                    yield made(
                        child, new, node, name, at if isinstance(value, list) else None, [*parents, node]
                    )
                yield from walk(child, [*parents, node])

    def made(
        old: ast.AST, new: ast.AST | None, node: ast.AST, name: str, at: int | None, parents: list[ast.AST]
    ) -> Mutant:
        kept = getattr(node, name)
        value: Any = ast.Pass() if new is None else new
        ast.copy_location(value, old)
        if at is None:
            setattr(node, name, value)
        else:
            kept[at] = value
        changed = ast.fix_missing_locations(copy.deepcopy(tree))
        if at is None:
            setattr(node, name, kept)
        else:
            kept[at] = old
        scope = ".".join(p.name for p in parents if isinstance(p, ast.FunctionDef | ast.ClassDef)) or "module"
        return Mutant(path, old.lineno, scope, short(old), "" if new is None else short(value), changed)

    yield from walk(tree, [])


def written_faults(path: Path) -> list[Mutant]:
    """Faults from a file: blocks of ``file``, the old code, ``->``, the new code, divided by lines of ``---``."""
    found = []
    for block in path.read_text(encoding="utf-8").split("\n---\n"):
        if not block.strip():
            continue
        name, _, rest = block.strip("\n").partition("\n")
        old, _, new = rest.partition("\n->\n")
        source_path = ROOT / name.strip()
        source = source_path.read_text(encoding="utf-8")
        if source.count(old) != 1:
            raise SystemExit(f"{name}: stands {source.count(old)} times: {old}")
        before = source[: source.index(old)]
        line = before.count("\n") + 1
        inside = [
            f.name
            for f in ast.walk(ast.parse(source))
            if isinstance(f, ast.FunctionDef) and f.lineno <= line <= (f.end_lineno or 0)
        ]
        found.append(
            Mutant(
                source_path,
                line,
                ".".join(inside) or "module",
                " ".join(old.split()),
                " ".join(new.split()),
                ast.parse(source.replace(old, new)),
            )
        )
    return found
