"""A recorded edge between two nodes. A fact, never rewritten."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from core.lineage.node import EdgeKind, Link, Node, NodeKind
from core.store.columns import choice


class Edge(SQLModel, table=True):
    """One edge, read as a sentence: source, kind, target."""

    __tablename__ = "lineage_edge"
    __table_args__ = (
        UniqueConstraint("source_kind", "source_name", "kind", "target_kind", "target_name", name="uq_lineage_edge"),
        Index("ix_lineage_edge_target", "target_kind", "target_name"),
        {"info": {"immutable": True}},
    )

    id: int | None = Field(default=None, primary_key=True)
    source_kind: NodeKind = Field(sa_type=choice(NodeKind))
    source_name: str = Field(max_length=200)
    kind: EdgeKind = Field(sa_type=choice(EdgeKind))
    target_kind: NodeKind = Field(sa_type=choice(NodeKind))
    target_name: str = Field(max_length=200)
    recorded_by: int | None = Field(default=None, foreign_key="person.id")
    recorded_at: datetime

    @property
    def link(self) -> Link:
        """The edge as a value."""
        return Link(Node(self.source_kind, self.source_name), self.kind, Node(self.target_kind, self.target_name))
