"""What the records of one version show for each duty. Missing evidence is "not evidenced", never a silent pass."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from core.cards.completeness import MAX_AGE
from core.cards.schema import STANDARD
from core.cards.section import Section
from core.compliance.catalogue import Catalogue, Control, Reach
from core.compliance.proof import Proof

ATTESTED_FOR = timedelta(days=365)
"""A statement about a duty holds for a year; then somebody has to look again."""


class State(StrEnum):
    """Where one duty stands for one version."""

    EVIDENCED = "evidenced"
    IN_PART = "in_part"
    ATTESTED = "attested"
    STALE = "stale"
    CONTRADICTED = "contradicted"
    NOT_EVIDENCED = "not_evidenced"
    NOT_APPLICABLE = "not_applicable"

    @property
    def words(self) -> str:
        """The state as people read it."""
        return _WORDS[self]


_WORDS = {
    State.EVIDENCED: "evidenced",
    State.IN_PART: "evidenced in part",
    State.ATTESTED: "attested by a person",
    State.STALE: "too old",
    State.CONTRADICTED: "contradicted",
    State.NOT_EVIDENCED: "not evidenced",
    State.NOT_APPLICABLE: "not applicable",
}


@dataclass(frozen=True, slots=True)
class CardEvidence:
    """What the newest card of a version answers.

    Attributes:
        number: which save it is.
        answered: paths of fields with an answer that counts, or set aside with a reason.
        contradicted: paths where the card says something else than the record.
        touched: when each section was last changed or confirmed.
    """

    number: int
    answered: frozenset[str]
    contradicted: frozenset[str] = frozenset()
    touched: Mapping[Section, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """What a named person declared about one duty: that it is met, or that it does not apply."""

    control: str
    applicable: bool
    statement: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that is known about one version at one moment."""

    card: CardEvidence | None = None
    proofs: tuple[Proof, ...] = ()
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Covered:
    """One duty and where it stands.

    Attributes:
        control: the duty.
        state: where it stands.
        proofs: the records that were found for it, fresh ones first.
        fields: the card fields that were found answered.
        lacking: what was looked for and not found, in words.
        stale: what was found and is too old, in words.
        said: the newest declaration about it, also one that no longer decides.
    """

    control: Control
    state: State
    proofs: tuple[Proof, ...] = ()
    fields: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """A catalogue held against one version."""

    catalogue: Catalogue
    controls: tuple[Covered, ...]

    @property
    def counts(self) -> Mapping[State, int]:
        """How many duties stand where; every state is named."""
        found = Counter(one.state for one in self.controls)
        return {state: found[state] for state in State}

    @property
    def applicable(self) -> int:
        """Duties that apply: the denominator of every share."""
        return len(self.controls) - self.counts[State.NOT_APPLICABLE]

    @property
    def percent(self) -> int | None:
        """Share of the applicable duties that records show in full, rounded down; None when none applies."""
        return 100 * self.counts[State.EVIDENCED] // self.applicable if self.applicable else None

    @property
    def words(self) -> str:
        """The share with its denominator and everything beside it.

        "8 of 22 applicable items are evidenced (36 %), 10 in part, 4 open; 1 is set aside as not applicable."
        """
        if self.percent is None:
            return "Every item is set aside as not applicable."
        counts = self.counts
        full, part, attested, aside = (
            counts[state] for state in (State.EVIDENCED, State.IN_PART, State.ATTESTED, State.NOT_APPLICABLE)
        )
        beside = (
            (part, "in part"),
            (attested, "attested by a person"),
            (self.applicable - full - part - attested, "open"),
        )
        rest = "".join(f", {count} {words}" for count, words in beside if count)
        kept = f"; {aside} {'is' if aside == 1 else 'are'} set aside as not applicable" if aside else ""
        return f"{full} of {self.applicable} applicable items are evidenced ({self.percent} %){rest}{kept}."


def cover(catalogue: Catalogue, evidence: Evidence, now: datetime) -> Coverage:
    """Hold a catalogue against what is known about a version.

    Args:
        catalogue: the duties.
        evidence: card, records and declarations.
        now: the moment freshness is judged at.
    """
    return Coverage(catalogue, tuple(_judge(control, evidence, now) for control in catalogue.controls))


def _judge(control: Control, evidence: Evidence, now: datetime) -> Covered:
    said = _newest(evidence.said, control)
    answered, lacking, old = _card(control, evidence.card, now)
    proofs, lacking_records, old_records = _records(control, evidence.proofs, now)
    found = Covered(
        control, State.NOT_EVIDENCED, proofs, answered, (*lacking, *lacking_records), (*old, *old_records), said
    )
    return replace(found, state=_state(found, evidence.card, now))


def _state(found: Covered, card: CardEvidence | None, now: datetime) -> State:
    """Decide in this order: set aside, contradicted, shown by records, declared by a person, too old, nothing.

    Where records can show a part only, a person attests the rest.
    """
    control, said = found.control, found.said
    if said is not None and not said.applicable:
        return State.NOT_APPLICABLE
    if card is not None and card.contradicted & set(control.card):
        return State.CONTRADICTED
    looked_for = bool(control.card or control.records)
    provable = looked_for and control.coverage is not Reach.NONE
    shown = provable and not found.lacking and not found.stale
    if shown and control.coverage is Reach.FULL:
        return State.EVIDENCED
    if said is not None and now - said.at <= ATTESTED_FOR:
        return State.ATTESTED
    if shown:
        return State.IN_PART
    outdated = said is not None or (provable and not found.lacking)
    return State.STALE if outdated else State.NOT_EVIDENCED


def _card(
    control: Control, card: CardEvidence | None, now: datetime
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    if card is None:
        return (), tuple(_field_words(path) for path in control.card), ()
    answered = tuple(path for path in control.card if path in card.answered)
    lacking = tuple(_field_words(path) for path in control.card if path not in card.answered)
    old = tuple(_field_words(path) for path in answered if _outdated(path, card, now))
    return answered, lacking, old


def _outdated(path: str, card: CardEvidence, now: datetime) -> bool:
    at = card.touched.get(Section(path.partition(".")[0]))
    return at is not None and now - at > MAX_AGE


def _records(
    control: Control, proofs: Sequence[Proof], now: datetime
) -> tuple[tuple[Proof, ...], tuple[str, ...], tuple[str, ...]]:
    found: list[Proof] = []
    lacking: list[str] = []
    old: list[str] = []
    for kind in control.records:
        these = sorted((proof for proof in proofs if proof.kind is kind), key=lambda proof: proof.stale(now))
        found += these
        if not these:
            lacking.append(kind.words)
        elif these[0].stale(now):
            old.append(kind.words)
    return tuple(found), tuple(lacking), tuple(old)


def _newest(said: Sequence[Said], control: Control) -> Said | None:
    about = [one for one in said if one.control == control.id]
    return max(about, key=lambda one: one.at, default=None)


def _field_words(path: str) -> str:
    asked = STANDARD.by_path[path]
    return f"card, {asked.section.words}: {asked.ask.label}"
