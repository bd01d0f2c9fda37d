"""Pins: the fingerprints of everything a person looks at before signing, and what differs between two looks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from core import digest
from core.digest import Digest
from core.evidence.kind import EvidenceKind

_ORDER = list(EvidenceKind)


@dataclass(frozen=True, slots=True)
class Pin:
    """One component as it stood at one moment.

    Attributes:
        component: what it is.
        name: what tells it from others of its kind and stays when it is replaced ("mortgage-holdout · test");
            empty where there is only one.
        digest: fingerprint of its content.
        label: how a reader recognises this state of it ("version 7", "EVL-12"); for reading only, never hashed.
    """

    component: EvidenceKind
    name: str
    digest: Digest
    label: str = ""

    @property
    def words(self) -> str:
        """The component with its name, as a reader would say it.

        >>> Pin(EvidenceKind.EVALUATION, "mortgage-holdout", Digest("sha256:00")).words
        'evaluation on mortgage-holdout'
        """
        return f"{self.component.words} on {self.name}" if self.name else self.component.words


class Change(StrEnum):
    """What happened to a component between two looks."""

    ADDED = "added"
    REPLACED = "replaced"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One component that is not what it was."""

    change: Change
    before: Pin | None
    after: Pin | None

    @property
    def pin(self) -> Pin:
        """The newer side, or the older one where nothing came after it."""
        pin = self.after or self.before
        if pin is None:
            raise ValueError("A difference has at least one side.")
        return pin

    @property
    def component(self) -> EvidenceKind:
        """What changed."""
        return self.pin.component

    @property
    def words(self) -> str:
        """One sentence without a full stop, with labels where both sides carry one.

        >>> old = Pin(EvidenceKind.CARD, "", Digest("sha256:00"), "version 6")
        >>> new = Pin(EvidenceKind.CARD, "", Digest("sha256:11"), "version 7")
        >>> difference([old], [new])[0].words
        'the model card was replaced (version 6 → version 7)'
        """
        labels = [pin.label for pin in (self.before, self.after) if pin is not None and pin.label]
        return f"the {self.pin.words} was {self.change}" + (f" ({' → '.join(labels)})" if labels else "")


def in_order(pins: Iterable[Pin]) -> tuple[Pin, ...]:
    """Sort pins by component and name, the one order in which they are hashed and shown.

    Raises:
        ValueError: two pins share component and name, so that one could hide behind the other.
    """
    ordered = tuple(sorted(pins, key=lambda pin: (_ORDER.index(pin.component), pin.name)))
    for one, next_one in pairwise(ordered):
        if (one.component, one.name) == (next_one.component, next_one.name):
            raise ValueError(f"The {one.words} is pinned twice.")
    return ordered


def set_digest(pins: Iterable[Pin]) -> Digest:
    """Fingerprint a whole set of pins: what a signature names. The order given does not matter, labels neither.

    Raises:
        ValueError: two pins share component and name.

    >>> a = Pin(EvidenceKind.ARTIFACT, "", digest.of_bytes(b"a"))
    >>> c = Pin(EvidenceKind.CARD, "", digest.of_bytes(b"c"))
    >>> set_digest([a, c]) == set_digest([c, a])
    True
    """
    # Hashed in this shape: append only.
    rows = [{"component": p.component.value, "digest": p.digest, "name": p.name} for p in in_order(pins)]
    return digest.of_json({"pins": rows, "v": 1})


def difference(before: Sequence[Pin], after: Sequence[Pin]) -> tuple[Difference, ...]:
    """Say component by component what is not what it was, in reading order; empty when nothing changed.

    Raises:
        ValueError: one side pins a component and name twice.
    """
    old = {(p.component, p.name): p for p in in_order(before)}
    new = {(p.component, p.name): p for p in in_order(after)}
    found = []
    for key in old.keys() | new.keys():
        was, now = old.get(key), new.get(key)
        if was is None:
            found.append(Difference(Change.ADDED, None, now))
        elif now is None:
            found.append(Difference(Change.REMOVED, was, None))
        elif was.digest != now.digest:
            found.append(Difference(Change.REPLACED, was, now))
    return tuple(sorted(found, key=lambda d: (_ORDER.index(d.component), d.pin.name)))


def to_json(pins: Iterable[Pin]) -> list[dict[str, str]]:
    """Write pins as JSON for a column or an export; `from_json` reads them back."""
    return [
        {"component": p.component.value, "name": p.name, "digest": p.digest, "label": p.label} for p in in_order(pins)
    ]


def from_json(rows: Iterable[dict[str, str]]) -> tuple[Pin, ...]:
    """Read pins that `to_json` wrote.

    Raises:
        KeyError, ValueError: the rows are not pins.
    """
    return in_order(
        Pin(EvidenceKind(row["component"]), row["name"], Digest(row["digest"]), row.get("label", "")) for row in rows
    )
