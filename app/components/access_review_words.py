"""Words of a review of access: its period, how it was signed, what an account may do, and when that was last used."""

from datetime import datetime, timedelta

from app import theme
from app.components.person import issuer
from app.theme import md
from app.visit import Visit
from core.access.proof import ProofMethod
from core.compliance.access_review.document import Document
from core.compliance.access_review.holding import Access


def period(start: datetime, end: datetime) -> str:
    """Say a period by its first and its last day, which are days of UTC wherever one looks from."""
    return f"{theme.day(start)} to {theme.day(end - timedelta(microseconds=1))}"


def proven(written: Document) -> str:
    """Say how whoever signed showed who they are, and which provider saw them."""
    if written.proof is not ProofMethod.PROVIDER:
        return written.proof.words
    return f"{written.proof.words} ({md(issuer(written.signed_by.iss))})"


def may_do(access: Access) -> str:
    """Say what an account may do."""
    signs = ", ".join(md(held.words[:1].lower() + held.words[1:]) for held in access.review_roles)
    return f"**{access.system_role.words}**" + (f" · signs as {signs}" if signs else " · signs nothing")


def last_used(here: Visit, access: Access, signed_in_at: datetime | None, token_used_at: datetime | None) -> str:
    """Say when an account was last used, and which tokens it has."""
    came = f"last signed in {theme.day(signed_in_at, here.zone)}" if signed_in_at else "never signed in"
    if not access.tokens:
        return f"{came[:1].upper()}{came[1:]} · no tokens"
    used = f"last used {theme.day(token_used_at, here.zone)}" if token_used_at else "never used"
    tokens = f"{access.tokens} token{'' if access.tokens == 1 else 's'}"
    return f"{came[:1].upper()}{came[1:]} · {tokens} until {theme.day(access.tokens_until, here.zone)}, {used}"
