"""Where a number comes from, and how far an evaluation set stands from training."""

from enum import StrEnum


class Provenance(StrEnum):
    """How much of a number Signoff can answer for."""

    REPORTED = "reported"
    RECOMPUTED_OWN_LABELS = "recomputed_own_labels"
    RECOMPUTED = "recomputed"

    @property
    def words(self) -> str:
        """The mark as a badge says it."""
        return _PROVENANCE[self][0]

    @property
    def meaning(self) -> str:
        """What the mark proves, and what it does not."""
        return _PROVENANCE[self][1]


_PROVENANCE = {
    Provenance.REPORTED: ("Reported", "Somebody stated these numbers; nothing was recomputed."),
    Provenance.RECOMPUTED_OWN_LABELS: (
        "Recomputed, own labels",
        "Signoff computed these numbers from a file that brought its own labels: arithmetic is proven, truth is not.",
    ),
    Provenance.RECOMPUTED: (
        "Recomputed",
        "Signoff joined the predictions to labels that the uploader did not supply, and computed these numbers.",
    ),
}


class Independence(StrEnum):
    """How far the rows of an evaluation set stand from what models were trained on."""

    UNKNOWN = "unknown"
    TRAINING = "training"
    HELD_OUT = "held_out"
    LATER = "later"
    EXTERNAL = "external"

    @property
    def words(self) -> str:
        """The relation in words."""
        return _INDEPENDENCE[self]


_INDEPENDENCE = {
    Independence.UNKNOWN: "Not stated",
    Independence.TRAINING: "Part of the training data",
    Independence.HELD_OUT: "Held out from the same source",
    Independence.LATER: "From a later period than training",
    Independence.EXTERNAL: "From another source",
}
