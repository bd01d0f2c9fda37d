"""What everything in a report is said with: facts, marks with a tone, and the place in the log."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How a word is meant. Paper may be grey, so the word itself always says it too."""

    GOOD = "good"
    BAD = "bad"
    CAUTION = "caution"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Mark:
    """A verdict, a state or a severity: its word, and how the word is meant."""

    word: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Fact:
    """One labelled value; an empty value is printed as "not stated"."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class LogPosition:
    """Where in the audit log the report stands: all of it was read in one snapshot of that size.

    Attributes:
        origin: name of the log, its key's name too.
        size: entries the log held.
        root: Merkle root over those entries, standard base64.
        checkpoint: the signed note over origin, size and root, verbatim.
        vkey: the log's public key in the notation of signed notes.
    """

    origin: str
    size: int
    root: str
    checkpoint: str
    vkey: str
