"""The first shape of the store."""

import importlib
import pkgutil

from alembic import op
from sqlmodel import SQLModel

import core

revision = "0001"
down_revision = None


def upgrade() -> None:
    for module in pkgutil.walk_packages(core.__path__, "core."):
        if "migrations" not in module.name:
            importlib.import_module(module.name)
    SQLModel.metadata.create_all(op.get_bind())
