"""Who has access is reviewed: the auditor looks at every account, and one of them is to be narrowed."""

from datetime import datetime, timedelta

from core.compliance.access_review import actions, queries
from core.compliance.access_review.review import Ruling
from seed_data.cast import Cast

_DAY = 2
_TOO_WIDE = "Signs for every model; the two flight models would do."


def access_is_reviewed(cast: Cast) -> None:
    """Review the quarter that ended before the last days of the story, and sign."""
    with cast.on(_DAY, "auditor", hour=9) as tx:
        end = _quarter(tx.now)
        review = actions.start(tx, _quarter(end - timedelta(days=1)), end)
        for one in queries.everything(tx.session, review, tx.now):
            wide = one.holding.person.key == cast.key("engineer")
            ruling, word = (Ruling.CHANGED, _TOO_WIDE) if wide else (Ruling.KEPT, "")
            actions.rule(tx, review.key, one.holding.person.key, ruling, word=word)
    with cast.on(_DAY, "auditor", hour=10) as tx:
        seen = queries.review(tx.session, review.address).digest
        actions.sign(tx, review.key, seen, cast.proof(tx, "auditor"))


def _quarter(at: datetime) -> datetime:
    """Return the first moment of the quarter that a moment lies in."""
    return at.replace(month=3 * ((at.month - 1) // 3) + 1, day=1, hour=0, minute=0, second=0, microsecond=0)
