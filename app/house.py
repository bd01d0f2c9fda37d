"""The one store of this process; every door asks here."""

from datetime import timedelta
from functools import cache

from sqlalchemy.exc import DBAPIError

from app.settings import Settings, settings
from core.errors import UnreachableError
from core.store.store import DATABASE, Store
from core.store.transaction import Transaction


@cache
def store() -> Store:
    """Return the store of the settings, opened once.

    Raises:
        GovernanceError: it cannot be opened as it is.
    """
    return opened(settings())


def is_made(chosen: Settings) -> bool:
    """Tell whether somebody made the store that these settings name; a database with an address of its own is one."""
    return bool(chosen.database_url and chosen.database_url.get_secret_value()) or (chosen.home / DATABASE).exists()


def opened(chosen: Settings) -> Store:
    """Open the store that these settings name, and make it when it is missing: whoever must not asks `is_made` first.

    Raises:
        GovernanceError: it cannot be opened as it is.
        UnreachableError: the database does not answer, or is none.
    """
    url = chosen.database_url.get_secret_value() if chosen.database_url else None
    owner = chosen.migration_url.get_secret_value() if chosen.migration_url else None
    try:
        return Store.open(
            chosen.home,
            url or None,
            origin=chosen.origin,
            anchor=chosen.anchor,
            reactions=(_notice,),
            migration_url=owner or None,
            attestation_lasts=timedelta(days=chosen.attestation_days),
        )
    except DBAPIError as error:
        why = str(error.orig).partition("\n")[0].rstrip(".")
        raise UnreachableError(
            f"The database of this store cannot be used: {why}.",
            "See that it runs and is the one that SIGNOFF_DATABASE_URL or SIGNOFF_HOME names; `signoff restore` brings "
            "a damaged one back from a backup.",
        ) from error


def _notice(tx: Transaction) -> None:
    if tx.concerned or tx.signers:
        from core.approvals import notice  # noqa: PLC0415 - all that approving rests on; most changes concern nobody

        notice.follow(tx)
