"""The commands of the auditor, on a store of their own, with the exit codes that pipelines rely on."""

import json
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app import cli
from app.settings import Settings, settle
from core.access import actions
from core.access import queries as people
from core.audit.actor import SYSTEM
from core.audit.event import Event, Subject
from core.audit.note import SignerKey
from core.errors import GovernanceError
from core.reports import actions as exporting
from core.reports import preparing
from core.store.store import Store
from tests.app.commands.conftest import as_a_process

HOUSE = Subject("store", "house")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def act(tmp_path, monkeypatch):
    """Lets commands run in a folder, as somebody."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("app.settings._SETTLED", [])
    return lambda user, home=tmp_path / "home": settle(Settings(home=home, user=user))


@pytest.fixture
def home(tmp_path, act, peopled):
    act("auditor")
    return shutil.copytree(peopled, tmp_path / "home")


def run(*words):
    """Run the command as its own process would, and give its exit code with what it printed."""
    result = CliRunner().invoke(cli.build(), [str(word) for word in words])
    if isinstance(result.exception, GovernanceError):
        return cli.exit_code(result.exception), f"{result.exception.problem} {result.exception.fix}"
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def happen(home, times=1):
    with closing(Store.open(home)) as store:
        for _ in range(times):
            with store.transaction(SYSTEM) as tx:
                tx.record(Event.REVIEW_SUBMITTED, HOUSE)


def key(home):
    return home / "keys" / "signoff.pub"


@pytest.fixture
def exported(home):
    assert run("audit", "export", "-o", "log.zip")[0] == 0
    return Path("log.zip")


def test_an_export_verifies_with_the_key_of_the_log(home, exported):
    code, told = run("verify", exported, "--key", key(home))
    assert code == 0
    assert "from the file you gave" in told


def test_without_a_key_the_answer_says_where_the_key_came_from(home, exported):
    code, told = run("verify", exported)
    assert code == 0
    assert "from the export itself" in told
    assert "not who made it" in told


def test_one_flipped_byte_anywhere_ends_with_1(home, exported):
    whole = exported.read_bytes()
    for position in (0, 200, len(whole) // 2, len(whole) - 1):
        exported.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        assert run("verify", exported, "--key", key(home))[0] == 1, position


def test_a_wrong_key_ends_with_2(home, exported):
    other = SignerKey("localhost/audit", bytes(32)).verifier
    assert run("verify", exported, "--key", other)[0] == 2
    assert run("verify", exported, "--key", "no key at all")[0] == 2


def test_what_is_no_file_of_ours_ends_with_2(home):
    Path("letter.txt").write_text("Dear auditor,\n")
    assert run("verify", "letter.txt")[0] == 2
    assert run("verify", "missing.zip")[0] == 2


def test_an_export_shorter_than_a_checkpoint_ends_with_3(home, exported):
    happen(home, 3)
    assert run("audit", "checkpoint", "-o", "later.txt")[0] == 0
    code, told = run("verify", exported, "--key", key(home), "--against", "later.txt")
    assert code == 3
    assert "cut or rolled back" in told


def test_a_later_export_extends_an_earlier_one(home, exported):
    happen(home, 3)
    run("audit", "export", "-o", "later.zip")
    code, told = run("verify", "later.zip", "--key", key(home), "--against", exported)
    assert code == 0
    assert "held outside the log" in told


def test_a_checkpoint_verifies_with_a_key_only(home):
    run("audit", "checkpoint", "-o", "now.txt")
    assert run("verify", "now.txt")[0] == 2
    assert run("verify", "now.txt", "--key", key(home))[0] == 0
    text = Path("now.txt").read_text().replace("localhost/audit\n", "localhost/audi1\n", 1)
    Path("now.txt").write_text(text)
    assert run("verify", "now.txt", "--key", key(home))[0] == 1


def test_a_proof_shows_one_entry_without_the_log(home):
    assert run("audit", "prove", "3")[0] == 0
    code, told = run("verify", "entry-3.tlog-proof", "--key", key(home))
    assert code == 0
    assert "entry 3" in told
    Path("entry-3.json").write_bytes(Path("entry-3.json").read_bytes().replace(b'"seq":3', b'"seq":4'))
    assert run("verify", "entry-3.tlog-proof", "--key", key(home))[0] == 1


def test_the_log_of_this_machine_verifies_and_programs_can_read_the_answer(home):
    happen(home)
    code, told = run("audit", "verify", "--files", "--json")
    assert code == 0
    answer = json.loads(told)
    assert (answer["verdict"], answer["origin"]) == ("good", "localhost/audit")
    assert answer["not_shown"]


def test_nothing_is_overwritten(home, exported):
    assert run("audit", "export", "-o", exported)[0] == 1


def test_exporting_takes_the_role(home, act):
    act("scientist")
    code, told = run("audit", "export", "-o", "log.zip")
    assert code == 1
    assert "roles do not allow" in told
    assert not Path("log.zip").exists()


@pytest.fixture
def as_admin(home, act):
    act("admin")
    return home


def test_a_backup_verifies_and_comes_back(as_admin, act, tmp_path):
    assert run("backup", "kept")[0] == 0
    assert run("verify", "kept")[0] == 0
    act("admin", tmp_path / "new")
    code, told = run("restore", "kept")
    assert code == 0
    assert "new-epoch --against" in told
    assert run("audit", "verify")[0] == 0


def test_a_restored_log_that_a_checkpoint_outlives_begins_a_new_epoch(as_admin, act, tmp_path):
    run("backup", "kept")
    happen(as_admin, 3)
    run("audit", "checkpoint", "-o", "newest.txt")
    act("admin", tmp_path / "new")
    code, told = run("restore", "kept", "--against", "newest.txt")
    assert code == 0
    assert "localhost/audit/e1" in told
    assert run("audit", "verify", "--against", "newest.txt")[0] == 3


def test_a_new_epoch_is_for_administrators(home):
    assert run("audit", "new-epoch", "--reason", "I felt like it.")[0] == 1


def test_a_new_epoch_goes_on_under_a_new_name(as_admin):
    code, told = run("audit", "new-epoch", "--reason", "The disk was lost.")
    assert code == 0
    assert "localhost/audit/e1" in told
    assert run("audit", "verify")[0] == 0


@pytest.fixture
def reported(home):
    """A sealed report, exported by the auditor; a list of promotions needs no model."""
    with closing(Store.open(home)) as store:
        with store.reading() as session:
            auditor = people.by_username(session, "auditor").actor("password")
        prepared = preparing.prepare_population(store, auditor, NEW_YEAR, NEW_YEAR + timedelta(days=90))
        with store.transaction(auditor) as tx:
            exporting.export(tx, prepared)
    Path("report.pdf").write_bytes(prepared.sealed)
    return Path("report.pdf")


def test_a_report_verifies_and_one_flipped_byte_ends_with_1(home, reported):
    assert run("verify", reported, "--key", key(home))[0] == 0
    whole = reported.read_bytes()
    for position in (0, len(whole) // 3, len(whole) - 2):
        reported.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        assert run("verify", reported, "--key", key(home))[0] == 1, position


def test_a_report_is_found_in_the_log_that_exported_it(home, exported, reported):
    run("audit", "export", "-o", "later.zip")
    code, told = run("verify", reported, "--key", key(home), "--against", "later.zip", "--against", exported)
    assert code == 0
    assert "names this very report" in told
    assert "older than this report" in told


def test_a_log_is_held_against_a_report_that_left_the_house(home, exported, reported):
    run("audit", "export", "-o", "later.zip")
    assert run("verify", "later.zip", "--key", key(home), "--against", reported)[0] == 0
    assert run("audit", "verify", "--against", reported)[0] == 0
    assert run("verify", exported, "--key", key(home), "--against", reported)[0] == 3


def test_a_report_and_the_log_of_another_house_do_not_belong_together(home, reported, tmp_path, act):
    with closing(Store.open(tmp_path / "other")) as store, store.transaction(SYSTEM) as tx:
        actions.create_personas(tx)
    act("auditor", tmp_path / "other")
    run("audit", "export", "-o", "foreign.zip")
    assert run("verify", reported, "--key", key(home), "--against", "foreign.zip")[0] == 1


def test_the_log_becomes_static_tiles(home):
    assert run("audit", "export", "--tiles", "www")[0] == 0
    assert run("verify", "www/checkpoint", "--key", key(home))[0] == 0


def test_a_key_is_changed_without_losing_those_who_hold_the_old_one(as_admin):
    old = Path("old.pub")
    old.write_text(key(as_admin).read_text())
    assert run("audit", "rotate-key")[0] == 0
    assert run("audit", "rotate-key", "--finish")[0] == 0
    run("audit", "export", "-o", "log.zip")
    assert key(as_admin).read_text() != old.read_text()
    assert run("verify", "log.zip", "--key", old)[0] == 0
    assert run("verify", "log.zip", "--key", key(as_admin))[0] == 0


def test_words_are_erased_by_their_fingerprint(as_admin):
    with closing(Store.open(as_admin)) as store, store.transaction(SYSTEM) as tx:
        quoted = tx.text("Jane Doe said no.")
        tx.record(Event.REVIEW_SUBMITTED, HOUSE, comment=quoted)
    assert run("audit", "erase", quoted["text_sha256"], "--reason", "Asked for.")[0] == 0
    assert run("audit", "erase", quoted["text_sha256"], "--reason", "Again.")[0] == 2
    assert run("audit", "verify")[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("audit", "export", "-o", "log.zip", "--tiles", "tiles"), "--out or --tiles"),
        (("audit", "verify", "log.zip", "--files"), "holds no files"),
        (("verify", "log.zip", "--entry", "log.zip"), "no proof of an entry"),
    ],
)
def test_options_that_would_be_dropped_are_refused(folder, words, said):
    (folder / "log.zip").write_bytes(b"PK")
    code, told = as_a_process(*words)
    assert (code, said in told) == (2, True), told
