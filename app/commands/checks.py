"""How checks of a policy are printed: the answer, and for what is not met what was found and what clears it."""

import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from app.shapes.check import Check

WIDTH: Final = 80
"""Characters of a line, as narrow as terminals are."""

_INDENT: Final = "    "
_MARKS: Final = {"required": "", "advisory": " (advisory)", "dry_run": " (on trial)"}


def answered(checks: Iterable["Check"]) -> Iterator[str]:
    """Say what each check answers; those that keep the gate closed say what was found and what clears them."""
    for check in checks:
        yield from _wrapped(f"  {check.verdict.words:<14} ", f"{check.title}{_MARKS[check.severity]}")
        if check.blocks:
            yield from cleared(check)


def cleared(check: "Check") -> Iterator[str]:
    """Say what a check found, what it asks for, and what clears it."""
    yield from _wrapped(f"{_INDENT}found: ", check.found)
    yield from _wrapped(f"{_INDENT}asked: ", check.asked)
    if check.clearing:
        who, _, how = check.clearing.partition(": ")
        yield from _wrapped(f"{_INDENT}clears it: ", f"{who.replace('_', ' ')}: {how}")


def _wrapped(head: str, words: str) -> list[str]:
    hanging = " " * min(len(head), 17)
    return textwrap.wrap(words, WIDTH, initial_indent=head, subsequent_indent=hanging, break_on_hyphens=False)
