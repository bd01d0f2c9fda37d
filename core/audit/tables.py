"""The tables of the log. Columns of an entry repeat its leaf for searching; the verifier compares them."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text
from sqlmodel import SQLModel

_metadata: MetaData = SQLModel.metadata

entry = Table(
    "audit_entry",
    _metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("leaf_hash", LargeBinary(32), nullable=False),
    Column("ts", String(27), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", String(200), nullable=False),
    Index("ix_audit_entry_actor", "actor", "seq"),
    Index("ix_audit_entry_action", "action", "seq"),
    Index("ix_audit_entry_subject", "subject", "seq"),
    Index("ix_audit_entry_ts", "ts"),
)

node = Table(
    "audit_node",
    _metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
)

head = Table(
    "audit_head",
    _metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
)

checkpoint = Table(
    "audit_checkpoint",
    _metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("reason", String(60), nullable=False),
)

key = Table(
    "audit_key",
    _metadata,
    Column("vkey", String(300), primary_key=True),
    Column("not_before", String(27), nullable=False),
    Column("not_after", String(27), nullable=True),
)

text = Table(
    "audit_text",
    _metadata,
    Column("sha256", String(64), primary_key=True),
    Column("salt", LargeBinary(32), nullable=False),
    Column("text", Text, nullable=False),
)

ALL = (entry, node, head, checkpoint, key, text)
"""What a transaction may touch without owing an event for it."""
