"""JSON as RFC 8259 means it: no duplicate names, no NaN, nothing that overflows, no bottomless nesting."""

import json
from collections.abc import Iterable
from math import isfinite
from typing import Any, NoReturn

from core.errors import EvidenceError

DEPTH = 64


def loads(text: str | bytes, what: str = "The JSON", depth: int = DEPTH) -> Any:
    """Read one JSON value strictly.

    Args:
        text: the document, UTF-8 where it is bytes.
        what: how a refusal calls it, at the start of a sentence.
        depth: how many lists and objects may stand inside each other.

    Raises:
        EvidenceError: not JSON, a name twice in one object, NaN or an infinity, a number too large for a
            64-bit float, or nesting deeper than `depth`.

    >>> loads('{"a": [1, 2.5, null]}')
    {'a': [1, 2.5, None]}
    """
    try:
        value = _DECODER.decode(text.decode() if isinstance(text, bytes) else text)
    except RecursionError:
        raise _too_deep(what, depth) from None
    except _OddJsonError as odd:
        raise EvidenceError(f"{what} {odd}.", odd.fix) from None
    except UnicodeDecodeError:
        raise EvidenceError(f"{what} is not UTF-8 text.", "Save it as UTF-8.") from None
    except ValueError as error:
        raise EvidenceError(f"{what} is not valid JSON: {str(error)[:120]}.", "Write it with a JSON library.") from None
    _walk(value, what, depth)
    return value


def _walk(value: object, what: str, depth: int) -> None:
    if type(value) is dict and depth > 0 and _flat(value):
        return  # a line of a table; a million of them are walked this way
    level: Iterable[object] = [value]
    for _ in range(depth + 1):
        inner: list[object] = []
        for item in level:
            if isinstance(item, float) and not isfinite(item):
                raise EvidenceError(
                    f"{what} holds a number too large to be kept.", "Use numbers between -1.8e308 and 1.8e308."
                )
            if isinstance(item, dict):
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        if not inner:
            return
        level = inner
    raise _too_deep(what, depth)


class _OddJsonError(ValueError):
    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(problem)
        self.fix = fix


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _OddJsonError(f"names {twice[:80]!r} twice in one object", "Keep one of the two values.")
    return value


def _flat(value: dict[str, Any]) -> bool:
    return not any(type(one) in _UNSURE and (type(one) is not float or not isfinite(one)) for one in value.values())


_UNSURE = frozenset({dict, list, float})


def _no_constant(word: str) -> NoReturn:
    raise _OddJsonError(f"contains {word}, which is no JSON number", "Write null where a value is missing.")


def _too_deep(what: str, depth: int) -> EvidenceError:
    return EvidenceError(f"{what} is nested deeper than {depth} levels.", "Flatten it.")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)
