"""A version's page shows whether it may be released, by whose signatures, and hands out what proves it."""

import json

import pytest

from core.audit.dsse import Envelope
from core.audit.proof import HEADER
from core.policy import actions as policies
from core.store.export import taken
from tests.conftest import begun
from tests.core.approvals.conftest import POLICY, House


@pytest.fixture
def home(tmp_path, noon, migrated):
    made = House(begun(tmp_path / "house", migrated), noon).furnish()
    yield made
    made.store.close()


@pytest.fixture
def store(home):
    return home.store


@pytest.fixture
def people(home):
    return home.people


def shown(look, version=1, who="auditor"):
    at = look("model", who, name="mortgage", version=str(version))
    assert not at.exception
    return at, " ".join(one.value for one in (*at.markdown, *at.caption, *at.code))


def test_what_was_approved_shows_until_when_by_whom_and_how_to_check_it(look, home):
    home.release(1)
    _, words = shown(look)
    assert "May be released until 1 Jun 2026" in words
    assert "was approved for production with **REQ" in words
    for username in ("validator", "business"):
        assert f"- **{home.people[username].name}**" in words
    assert "2 people agreed, all checks met" in words
    assert "signoff gate mortgage@1 --attestation approval.dsse.json --key release.pub --artifact FILE" in words
    assert home.store.issuer.keys.current().fingerprint in words


@pytest.mark.parametrize("form", ["dsse", "sigstore", "tlog"])
def test_it_is_taken_away_in_three_forms_and_the_log_says_so(look, home, form):
    home.release(1)
    at, _ = shown(look)
    at.button(key=f"take-{form}").click().run()
    assert not at.exception
    [link] = [one for one in at.get("link_button") if "/exports/" in one.url]
    with home.store.reading() as session:
        file, kept = taken(session, link.url.removeprefix("/exports/"), home.people["auditor"].key)
    content = home.store.blobs.read(kept)
    if form == "tlog":
        assert content.startswith(HEADER.encode())
    else:
        assert Envelope.parse(content).signed_by([home.store.issuer.keys.current()])
        assert ("mediaType" in json.loads(content)) is (form == "sigstore")
    assert file.filename.startswith("approval.")
    assert "release.exported" in home.events()


def test_what_was_taken_back_says_so_in_words(look, home):
    home.release(1)
    home.version()
    home.release(2)
    _, words = shown(look, 1)
    assert "Must not be released" in words
    assert "was replaced in production with **REQ" in words
    assert "May be released" not in words


def test_one_whose_time_is_over_is_not_shown_as_good(look, home):
    home.release(1)
    home.later(days=100)
    _, words = shown(look)
    assert "No signed attestation holds: the last one ended on 2026" in words
    assert "May be released" not in words


def test_a_version_without_bytes_says_why_it_has_none(look, home):
    with home.by("admin") as tx:
        without = POLICY.replace("kind: artifact_digest", "kind: reproducible").replace("bytes-named", "again")
        policies.publish(tx, "high", started_from=policies.draft(tx, "high", without).revision)
    home.version(artifact_sha256=None)
    home.release(2)
    _, words = shown(look, 2)
    assert "Not attested" in words
    assert "no file or image was named when it was registered" in words


def test_what_was_never_approved_shows_nothing(look, home):
    _, words = shown(look)
    assert "released" not in words.lower()
