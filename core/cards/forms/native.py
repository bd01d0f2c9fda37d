"""What every form shares: telling what it carries by itself, laying an imported card over one that is there."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from core.cards.schema import STANDARD, Content, answer

Rest = dict[str, Any]
"""Answers by path that a form has no exact place for, and `not_applicable`."""

NAMED = "quantitative_analyses.evaluations"
"""Evaluations are named by number, which means something in one house only."""

_COMPUTED = frozenset(one.path for one in STANDARD.fields if one.ask.computed) | {NAMED}
_BESIDE = ("not_applicable", "extensions")


@dataclass(frozen=True, slots=True)
class Imported:
    """A card read from a file of another form.

    Attributes:
        content: the answers found, with what was not understood under `extensions`.
        strange: names of what was not understood.
    """

    content: Content
    strange: tuple[str, ...] = field(default=())


def rest(content: Mapping[str, Any], back: Mapping[str, Any], key: str) -> Rest:
    """Find what did not come back exactly when a card was written in a form and read again.

    Args:
        content: the card as it was.
        back: the card as it was read from the form alone.
        key: name of the form's own extension, which stands in its own places again.
    """
    found: Rest = {
        path: value
        for path, value in _answers(content).items()
        if path not in _COMPUTED and value != answer(back, path)
    }
    for name in _BESIDE:
        kept = {inner: value for inner, value in (content.get(name) or {}).items() if inner != key}
        if kept:
            found[name] = kept
    return found


def put(content: Content, path: str, value: Any) -> None:
    """Write one answer into a card; nothing is written for an empty one."""
    if value not in (None, "", [], {}):
        section, _, name = path.partition(".")
        content.setdefault(section, {})[name] = value


def joined(content: Content, travelled: Any) -> Content:
    """Put what travelled beside a form back into the card read from it.

    Args:
        content: what was read from the form's own places; changed in place.
        travelled: the extension as found in the file, untrusted.
    """
    for path, value in travelled.items() if isinstance(travelled, Mapping) else ():
        if path in _BESIDE and isinstance(value, Mapping):
            content[path] = {**value, **content.get(path, {})}
        elif isinstance(path, str) and "." in path and path not in _COMPUTED:
            put(content, path, value)
    return content


def overlaid(base: Mapping[str, Any], imported: Mapping[str, Any], origin: str) -> Content:
    """Lay an imported card over the one that is there: what the file says counts, what it does not say stays.

    Args:
        base: the card that is there; empty for a first one.
        imported: answers of a file.
        origin: name of the form, for the provenance of each answer.
    """
    content: Content = deepcopy(dict(base))
    said = _answers(imported)
    for path, value in said.items():
        put(content, path, deepcopy(value))
    for name in _BESIDE:
        if kept := imported.get(name):
            content[name] = {**content.get(name, {}), **deepcopy(kept)}
    aside = content.get("not_applicable", {})
    content["not_applicable"] = {path: reason for path, reason in aside.items() if path not in said}
    marks = {path: {"kind": "imported", "ref": origin} for path in said}
    content["provenance"] = {**content.get("provenance", {}), **marks}
    return content


def carried(
    content: Mapping[str, Any], write: Callable[[Rest], bytes], read: Callable[[bytes], Imported], key: str
) -> bytes:
    """Write a card so that nothing is lost: first alone, then with everything that did not come back.

    Args:
        content: the card.
        write: writes the form with this much beside it.
        read: reads the form.
        key: name of the form's own extension.
    """
    return write(rest(content, read(write({})).content, key))


def _answers(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"{section}.{name}": value
        for section, part in content.items()
        if section not in {*_BESIDE, "provenance"} and isinstance(part, Mapping)
        for name, value in part.items()
    }
