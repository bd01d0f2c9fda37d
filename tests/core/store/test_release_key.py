"""The release key: beside the log's key and never the same, made once, replaced in good order."""

import stat

import pytest

from core.access import custody
from core.access.actions import create_personas
from core.audit import tables
from core.audit.actor import SYSTEM
from core.audit.dsse import PublicKey
from core.errors import AccessError, IntegrityError
from core.store.release_key import ReleaseKeys
from core.store.store import Store


@pytest.fixture
def keys(tmp_path):
    made = ReleaseKeys(tmp_path / "keys")
    made.folder.mkdir()
    made.begin()
    return made


def test_a_store_comes_with_one(store):
    public = PublicKey.parse((store.home / "keys" / "release.pub").read_text())
    assert store.issuer.keys.signer().public == public
    assert store.issuer.host == "localhost"


def test_only_the_service_can_read_it(keys):
    (secret,) = keys.folder.glob("release-*.key")
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert "PRIVATE" not in keys.folder.joinpath("release.pub").read_text()


def test_it_stays_the_same_when_the_store_is_opened_again(keys):
    before = keys.current()
    keys.begin()
    assert keys.current() == before


def test_a_lost_pointer_is_put_back_to_the_newest_key(keys):
    before = keys.current()
    (keys.folder / "release.pub").unlink()
    keys.begin()
    assert keys.current() == before


def test_a_new_key_signs_and_the_old_one_still_vouches(keys):
    before = keys.current()
    keys.use(made := keys.make())
    assert keys.signer().public == made
    assert keys.kept()[0] == made
    assert set(keys.kept()) == {before, made}


@pytest.mark.parametrize("damage", [lambda p: p.unlink(), lambda p: p.write_text("nothing")], ids=["gone", "damaged"])
@pytest.mark.parametrize("which", ["release.pub", "release-*.key"])
def test_a_key_that_is_gone_or_damaged_is_said_with_the_way_out(keys, which, damage):
    (path,) = keys.folder.glob(which)
    damage(path)
    with pytest.raises(IntegrityError, match="rotate-release-key"):
        keys.signer()


def test_another_key_under_its_name_is_not_used(keys, tmp_path):
    other = ReleaseKeys(tmp_path / "other")
    other.begin()
    (mine,), (theirs,) = keys.folder.glob("release-*.key"), other.folder.glob("release-*.key")
    mine.write_text(theirs.read_text())
    with pytest.raises(IntegrityError):
        keys.signer()


def test_who_operates_the_store_rotates_it_and_the_log_says_so(store):
    with store.transaction(SYSTEM) as tx:
        people = create_personas(tx)
    before = store.issuer.keys.current()
    made = custody.rotate_release_key(store, people["admin"].actor("cli"))
    assert store.issuer.keys.current() == made != before
    with store.reading() as session:
        last = session.connection().execute(tables.entry.select().order_by(tables.entry.c.seq.desc())).first()
    assert last.action == "release_key.rotated"
    assert made.id.encode() in bytes(last.leaf)


def test_nobody_else_rotates_it(store):
    with store.transaction(SYSTEM) as tx:
        people = create_personas(tx)
    before = store.issuer.keys.current()
    with pytest.raises(AccessError):
        custody.rotate_release_key(store, people["scientist"].actor("cli"))
    assert store.issuer.keys.current() == before


def test_the_host_of_an_attestation_is_the_house_of_the_log_whatever_its_epoch(tmp_path):
    store = Store.open(tmp_path / "home", origin="models.example.org/audit")
    assert store.issuer.host == "models.example.org"
    store.close()
