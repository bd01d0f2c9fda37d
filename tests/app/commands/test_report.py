"""`signoff report` writes what `signoff verify` calls good, and 1 after one flipped byte."""

import json

import pytest


@pytest.fixture
def key(run, here):
    """The log's public key, beside a registered version."""
    assert run("register", "mortgage", "--use-case", "lending", "--digest", "a" * 64)[0] == 0
    return here.home / "keys" / "signoff.pub"


def test_a_report_verifies_and_one_flipped_byte_does_not(run, key, folder):
    code, told = run("report", "mortgage@1", "-o", "report.pdf", "--json", user="auditor")
    assert (code, json.loads(told)["file"]) == (0, "report.pdf"), told
    assert run("verify", "report.pdf", "--key", key)[0] == 0
    code, told = run("verify", "report.pdf", "--key", key.with_name("release.pub"))
    assert (code, "only release keys, which sign attestations" in told) == (2, True)

    report = folder / "report.pdf"
    data = bytearray(report.read_bytes())
    data[len(data) // 2] ^= 4
    report.write_bytes(data)
    assert run("verify", "report.pdf", "--key", key)[0] == 1


def test_what_left_the_house_is_held_against_each_other(run, key, folder):
    code, told = run("report", "mortgage@1", user="auditor")
    report = told.partition(":")[0]
    assert (code, (folder / report).exists()) == (0, True)
    assert run("audit", "export", "-o", "log.zip", user="auditor")[0] == 0
    assert run("verify", "log.zip", "--key", key, "--against", report)[0] == 0
    assert run("audit", "export", "-o", "log.zip", user="auditor")[0] == 1
    assert run("audit", "checkpoint", "-o", "checkpoint", user="auditor")[0] == 0
    assert run("verify", "checkpoint", "--key", key)[0] == 0
    assert run("audit", "prove", "0", user="auditor")[0] == 0
    assert run("verify", "entry-0.tlog-proof", "--key", key)[0] == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(("report", "mortgage@9"), 2, id="no such version"),
        pytest.param(("report", "mortgage@1", "-o", "no/such/folder/r.pdf"), 2, id="no such folder"),
        pytest.param(("audit", "export"), 1, id="not an auditor"),
        pytest.param(("audit", "prove", "99999"), 1, id="not an auditor of that"),
    ],
)
def test_what_cannot_be_taken_away_says_so_with_its_exit_code(run, key, words, code):
    assert run(*words)[0] == code


@pytest.mark.parametrize(
    "words",
    [
        ("report", "mortgage@1", "-o", "nowhere/r.pdf"),
        ("population", "--from", "2020-01-01", "--to", "2100-01-01", "--csv", "nowhere/p.csv"),
        ("audit", "export", "-o", "nowhere/log.zip"),
        ("audit", "prove", "0", "-o", "nowhere/entry.tlog-proof"),
        ("audit", "checkpoint", "-o", "nowhere/checkpoint"),
        ("card", "export", "mortgage@1", "-o", "nowhere/card.json"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_where_nothing_can_be_written_nothing_is_made_and_recorded(run, key, here, words):
    sizes = [here.size()]
    for asked in (("models",), words):  # a token is made for each command through a server, and recorded
        code, said = run(*asked, user="auditor")
        sizes.append(here.size())
    assert (code, "there is no folder nowhere" in said) == (2, True), said
    assert sizes[2] - sizes[1] == sizes[1] - sizes[0]


def test_a_key_that_is_no_file_is_called_that(run, key, folder):
    (folder / "checkpoint").write_text("x")
    code, said = run("verify", "checkpoint", "--key", "sigoff.pub")
    assert (code, "There is no file sigoff.pub" in said) == (2, True), said
    code, said = run("gate", "--attestation", "checkpoint", "--key", "relase.pub", "--digest", "ab" * 32)
    assert (code, "There is no file relase.pub" in said) == (2, True), said


def test_a_population_is_written_as_paper_and_as_csv(run, key, folder):
    words = ("population", "--from", "2020-01-01", "--to", "2100-01-01", "-o", "list.pdf", "--csv", "promotions.csv")
    code, said = run(*words, user="auditor")
    assert code == 0, said
    assert (folder / "promotions.csv").read_text("utf-8-sig").startswith("number,request")
    assert run("verify", "list.pdf")[0] == 0
    assert run("population", "--from", "2021-01-01", "--to", "2020-01-01", user="auditor")[0] == 2
