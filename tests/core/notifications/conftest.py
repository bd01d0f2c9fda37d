import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from core.approvals import notice
from core.notifications import outbox
from core.notifications.delivery import Delivery
from core.store import cursor
from tests.core.approvals.conftest import House


class Following(House):
    """A house whose log is followed from here on."""

    def begin(self):
        self.store = replace(self.store, reactions=(notice.follow,))
        self.hold()
        return self

    def hold(self, holder="this"):
        return cursor.hold(self.store, outbox.FOLLOWER, holder, timedelta(seconds=30))

    def follow(self, *, mail=True):
        while outbox.follow(self.store, "this", mail=mail):
            pass

    def deliveries(self, **wanted):
        with self.store.reading() as session:
            rows = session.exec(select(Delivery).order_by(Delivery.at, Delivery.number, Delivery.id)).all()
        return [row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())]

    def told(self, **wanted):
        """Who was told what in Signoff, as (user name, kind), in no order."""
        names = {person.key: username for username, person in self.people.items()}
        return sorted((names[row.person_id], row.kind.value) for row in self.deliveries(channel="inbox", **wanted))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def house(request, tmp_path, noon, furnished):
    if request.param == "sqlite":
        made = Following(shutil.copytree(furnished, tmp_path / "house"), noon).known().begin()
        yield made
        made.store.close()
        return
    with request.getfixturevalue("postgres_databases")() as url:
        made = Following(tmp_path / "house", noon, url).furnish().begin()
        yield made
        made.store.close()
