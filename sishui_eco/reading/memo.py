"""Remembering what small parts mean: the returns of one template share many of them byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

_KEPT = 64
_SMALL = 64 * 1024
_P = ParamSpec("_P")
_T = TypeVar("_T")


def remembered(parse: Callable[_P, _T]) -> Callable[_P, _T]:
    """Return a parser of bytes that keeps its last results, at most 4 MiB of what it was asked.

    Only for functions that depend on nothing but their arguments (the first of them the bytes) and
    return what nobody changes; then no result can differ from a fresh one. Failures are not kept.
    """
    known = lru_cache(maxsize=_KEPT)(parse)

    @wraps(parse)
    def look(*arguments: _P.args, **named: _P.kwargs) -> _T:
        small = len(arguments[0]) <= _SMALL  # type: ignore[arg-type]
        return known(*arguments, **named) if small else parse(*arguments, **named)  # type: ignore[arg-type]

    return look
