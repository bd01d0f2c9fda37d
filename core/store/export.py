"""What somebody made to take away: stored bytes under an address of their own, handed to its maker only."""

import secrets
from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from core.digest import Digest
from core.errors import NotFoundError
from core.store.blobs import Content
from core.store.transaction import Transaction


class Export(SQLModel, table=True):
    """One file on its way out. The action that makes it records its own event, with the file's digest."""

    __tablename__ = "export"
    __table_args__ = ({"info": {"immutable": True}},)

    id: str = Field(primary_key=True, max_length=43)
    person_id: int | None = Field(default=None, index=True)
    filename: str = Field(max_length=200)
    media_type: str = Field(max_length=100)
    digest: str = Field(max_length=71)
    made_at: datetime


def offer(tx: Transaction, content: Content, filename: str, media_type: str) -> str:
    """Store a file for the actor to take away.

    Args:
        tx: records the event of the action that makes the file.
        content: its bytes.
        filename: what it is called on the way out; plain ASCII.
        media_type: `application/pdf`, `application/zip`, `application/json`, `text/csv`.

    Returns:
        The id in `/exports/{id}`; 192 random bits.
    """
    kept = tx.keep(content, media_type)
    row = Export(
        id=secrets.token_urlsafe(24),
        person_id=tx.actor.person_id,
        filename=filename,
        media_type=media_type,
        digest=kept,
        made_at=tx.now,
    )
    return tx.add(row).id


def taken(session: Session, export_id: str, person_id: int) -> tuple[Export, Digest]:
    """Return a file that this person has made.

    Raises:
        NotFoundError: there is none with this id, or somebody else made it.
    """
    found = session.get(Export, export_id)
    if found is None or found.person_id != person_id:
        raise NotFoundError("There is no such file for you.", "Export it again from its page.")
    return found, Digest(found.digest)


def named(session: Session, filename: str, person_id: int) -> Export | None:
    """Find the newest file of this name that a person made; None when there is none."""
    wanted = select(Export).where(Export.person_id == person_id, Export.filename == filename)
    return session.exec(wanted.order_by(col(Export.made_at).desc(), col(Export.id))).first()
