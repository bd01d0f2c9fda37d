"""What a release attestation says was verified, in the words that tools compare: SLSA's "verified levels", ours."""

from collections.abc import Iterable
from typing import Final

APPROVED: Final = "SIGNOFF_APPROVED_PRODUCTION"
CHECKS_PASSED: Final = "SIGNOFF_GATES_PASSED"
CHECKS_ACCEPTED: Final = "SIGNOFF_GATES_PASSED_WITH_EXCEPTIONS"
QUORUM: Final = "SIGNOFF_QUORUM_"
FAILED_LEVEL: Final = "FAILED"
"""What SLSA writes in the place of levels when the answer is no."""


def levels(people: int, *, checked: bool, excepted: bool) -> tuple[str, ...]:
    """Write what was verified: approved, by how many people, and whether the checks passed or were accepted.

    Args:
        people: how many different people make the quorum.
        checked: a policy's checks were evaluated and opened.
        excepted: at least one of them was accepted although it was not met.

    >>> levels(2, checked=True, excepted=False)
    ('SIGNOFF_APPROVED_PRODUCTION', 'SIGNOFF_QUORUM_2', 'SIGNOFF_GATES_PASSED')
    """
    passed = (CHECKS_ACCEPTED if excepted else CHECKS_PASSED,) if checked else ()
    return (APPROVED, f"{QUORUM}{people}", *passed)


def reaches(found: Iterable[str], wanted: str) -> bool:
    """Tell whether verified levels include the one wanted; a larger quorum includes a smaller one.

    >>> reaches(["SIGNOFF_QUORUM_3"], "SIGNOFF_QUORUM_2"), reaches(["SIGNOFF_QUORUM_1"], "SIGNOFF_QUORUM_2")
    (True, False)
    """
    if wanted.startswith(QUORUM) and wanted.removeprefix(QUORUM).isdecimal():
        most = max((int(n) for one in found if (n := one.removeprefix(QUORUM)).isdecimal()), default=0)
        return most >= int(wanted.removeprefix(QUORUM))
    return wanted in found


def level_words(level: str) -> str:
    """Say a verified level as a reader would; a level of others stays as it is.

    >>> level_words("SIGNOFF_QUORUM_2"), level_words("SIGNOFF_QUORUM_1")
    ('2 people agreed', '1 person agreed')
    """
    if level.startswith(QUORUM):
        people = level.removeprefix(QUORUM)
        return f"{people} {'person' if people == '1' else 'people'} agreed"
    return _LEVEL_WORDS.get(level, level)


_LEVEL_WORDS = {
    APPROVED: "approved for production",
    CHECKS_PASSED: "all checks met",
    CHECKS_ACCEPTED: "checks met, some accepted as an exception",
    FAILED_LEVEL: "it may not be released",
}
