"""What can be pinned: the things a person looks at before signing."""

from enum import StrEnum


class EvidenceKind(StrEnum):
    """One component of what is signed. Their order here is the order in which people read them."""

    ARTIFACT = "artifact"
    EVALUATION = "evaluation"
    CARD = "card"
    LINEAGE = "lineage"
    POLICY = "policy"
    CHAMPION = "champion"
    ACCEPTANCE = "acceptance"

    @property
    def words(self) -> str:
        """The component in words that a reader meets first.

        >>> EvidenceKind.CARD.words
        'model card'
        """
        return _WORDS[self]


_WORDS = {
    EvidenceKind.ARTIFACT: "model file",
    EvidenceKind.EVALUATION: "evaluation",
    EvidenceKind.CARD: "model card",
    EvidenceKind.LINEAGE: "origin (data, code and runs)",
    EvidenceKind.POLICY: "policy",
    EvidenceKind.CHAMPION: "version in production",
    EvidenceKind.ACCEPTANCE: "acceptance",
}
