"""Reads the docstrings of constants and enum members, which Python does not keep, from the source."""

import ast
import inspect
from itertools import pairwise
from types import ModuleType


def constant_docs(module: ModuleType, owner: str | None = None) -> dict[str, str]:
    """Return the docstring behind each assignment of a module, by its name, as one paragraph.

    Args:
        module: the module.
        owner: the class whose assignments are meant; None for those of the module itself.
    """
    body = ast.parse(inspect.getsource(module)).body
    if owner is not None:
        body = next(each.body for each in body if isinstance(each, ast.ClassDef) and each.name == owner)
    docs = {}
    for statement, following in pairwise(body):
        if not (isinstance(statement, ast.Assign) and isinstance(following, ast.Expr)):
            continue
        target, text = statement.targets[0], following.value
        if isinstance(target, ast.Name) and isinstance(text, ast.Constant) and isinstance(text.value, str):
            docs[target.id] = " ".join(text.value.split())
    return docs
