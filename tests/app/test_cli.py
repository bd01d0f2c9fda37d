"""Commands as somebody types them: what they print, what they refuse, and with which exit code."""

import ast
import builtins
import json
import subprocess
import sys
import threading
from contextlib import closing

import pytest
from typer.testing import CliRunner

from app import __main__ as entry
from app import cli
from app import settings as settings_module
from app.commands import serve
from core.access import actions, queries
from core.access.person import ReviewRole, SystemRole
from core.audit.actor import SYSTEM
from core.errors import ConflictError
from core.store.store import Store

ADMIN = ["--username", "ada", "--name", "Ada L.", "--password", "four words that stay", "--yes"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("SIGNOFF_DATABASE_URL", "SIGNOFF_USER", "SIGNOFF_PUBLIC_URL", "SIGNOFF_ANCHOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SIGNOFF_HOME", str(tmp_path / "home"))
    settings_module._read.cache_clear()
    monkeypatch.setattr(settings_module, "_SETTLED", [])
    yield tmp_path / "home"
    settings_module._read.cache_clear()


@pytest.fixture
def run(home, monkeypatch, capsys):
    def typed(*words, user=None):
        if user:
            monkeypatch.setenv("SIGNOFF_USER", user)
        settings_module._read.cache_clear()
        monkeypatch.setattr(sys, "argv", ["signoff", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
            sys.exit(0)
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return typed


def found(home, username):
    store = Store.open(home)
    try:
        with store.reading() as session:
            person = queries.by_username(session, username)
            return person, tuple(grant.role for grant in queries.grants(session, person.key)) if person else ()
    except KeyError:
        return person, ()
    finally:
        store.close()


def test_a_house_begins_with_one_administrator(run, home):
    code, out, _ = run("init", *ADMIN)

    assert (code, "signoff serve" in out) == (0, True)
    assert found(home, "ada")[0].system_role is SystemRole.ADMIN
    code, _, err = run("init", *ADMIN)
    assert (code, "people already" in err) == (1, True)


def test_who_cannot_be_asked_is_told_what_is_missing(run, home):
    code, out, err = run("init", "--username", "ada")
    assert (code, out) == (2, "")
    assert "--name, --password, --yes are missing" in err
    assert not home.exists()


@pytest.mark.parametrize(("option", "odd"), [("--username", "A!"), ("--name", " "), ("--password", "short")])
def test_what_cannot_be_used_is_refused_before_a_store_is_made(run, home, option, odd):
    words = [*ADMIN]
    words[words.index(option) + 1] = odd
    assert run("init", *words)[0] == 2
    assert not home.exists()


def test_an_answer_that_cannot_be_used_is_asked_for_again(home, monkeypatch):
    monkeypatch.setattr("app.commands.init._somebody_answers", lambda: True)
    typed = ["A!", "ada", "Ada L.", "short", "four words that stay", "four words that stay", "y"]
    said = CliRunner().invoke(cli.build("init"), ["init"], input="\n".join([*typed, ""]))
    assert said.exit_code == 0, said.output
    assert said.output.count("Error:") == 2
    assert found(home, "ada")[0].name == "Ada L."
    again = CliRunner().invoke(cli.build("init"), ["init"], input="")
    assert isinstance(again.exception, ConflictError)  # and nothing was asked


def test_the_version_is_told(run):
    code, out, _ = run("--version")
    assert (code, out.startswith("signoff 0.")) == (0, True)


@pytest.mark.parametrize("words", [("restore", "copy"), ("demo", "--build-only"), ("init", *ADMIN), ("serve",)])
def test_what_makes_a_store_goes_through_no_server(run, home, monkeypatch, words):
    monkeypatch.setenv("SIGNOFF_URL", "https://signoff.example.org")
    code, _, err = run(*words)
    assert (code, "on the machine of the store" in err, home.exists()) == (2, True, False)


def test_ctrl_c_is_how_the_service_ends(run, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    run("init", *ADMIN)
    monkeypatch.setattr(serve, "run", stopped)
    code, out, err = run("serve", "--port", "8599")
    assert (code, out.splitlines()[-1], err) == (0, "Signoff has stopped.", "")


def test_an_account_is_added_and_its_owner_gets_a_link(run, home):
    run("init", *ADMIN)
    code, out, _ = run("people", "add", "grace", "--name", "Grace", "--role", "contributor", "--json", user="ada")

    assert code == 0
    assert json.loads(out)["link"].startswith("http://localhost:8501/signin/invitation?code=")


def test_roles_are_given_and_ended(run, home):
    run("init", *ADMIN)
    run("people", "add", "grace", "--name", "Grace", user="ada")
    assert run("people", "grant", "grace", "risk_reviewer", user="ada")[0] == 0
    assert found(home, "grace")[1] == (ReviewRole.RISK_REVIEWER,)
    assert run("people", "revoke", "grace", "risk_reviewer", user="ada")[0] == 0
    assert run("people", "revoke", "grace", "risk_reviewer", user="ada")[0] == 2
    assert run("people", "set-role", "grace", "auditor", user="ada")[0] == 0
    assert run("people", "deactivate", "grace", user="ada")[0] == 0
    assert found(home, "grace")[0].active is False
    assert run("people", "activate", "grace", user="ada")[0] == 0


def test_a_closed_account_commands_nothing_more(run):
    run("init", *ADMIN)
    run("people", "add", "grace", "--name", "Grace", "--role", "admin", user="ada")
    assert run("people", "set-role", "grace", "admin", user="grace")[0] == 1
    run("people", "deactivate", "grace", user="ada")
    code, _, err = run("people", "add", "eve", "--name", "Eve", user="grace")

    assert (code, "no active account" in err) == (2, True)


def test_people_are_listed_for_people_and_for_programs(run):
    run("init", *ADMIN)
    _, table, _ = run("people", "list")
    _, listed, _ = run("people", "list", "--json")

    assert "Ada L." in table
    [ada] = json.loads(listed)
    assert (ada["system_role"], ada["review_roles"], ada["active"]) == ("admin", [], True)


def test_a_list_ends_for_who_counts_its_pages(run, home):
    run("init", *ADMIN)
    ada = found(home, "ada")[0].actor("password")
    with closing(Store.open(home)) as store, store.transaction(ada) as tx:
        for number in range(25):
            actions.create_person(tx, f"person-{number}", f"Person {number}", "", SystemRole.VIEWER)

    code, out, err = run("people", "list")
    assert (code, len(out.splitlines()), err) == (0, 26, "There is more: --page 2\n")
    code, out, err = run("people", "list", "--json")
    assert (len(json.loads(out)), json.loads(err)) == (25, {"next_page": 2})
    code, out, err = run("people", "list", "--page", "2", "--json")
    assert (len(json.loads(out)), err) == (1, "")
    assert run("people", "list", "--page", "3", "--json")[:2] == (0, "[]\n")
    assert run("people", "list", "--page", "3")[1] == "There is no page 3 of this list.\n"


def test_a_program_is_refused_in_json_on_the_error_output(run):
    run("init", *ADMIN)
    for words in (("people", "invite", "nobody"), ("gate", "churn@1"), ("models",)):
        code, out, err = run(*words, "--json", user="nobody")
        assert (code, out, sorted(json.loads(err))) == (2, "", ["fix", "problem"])


@pytest.mark.parametrize(
    ("user", "code", "said"),
    [(None, 2, "SIGNOFF_USER"), ("nobody", 2, "no active account"), ("grace", 1, "do not allow you to manage people")],
)
def test_a_command_acts_as_somebody_or_not_at_all(run, user, code, said):
    run("init", *ADMIN)
    run("people", "add", "grace", "--name", "Grace", user="ada")
    run_code, _, err = run("people", "add", "eve", "--name", "Eve", user=user or " ")

    assert (run_code, said in err) == (code, True)


def test_the_first_policies_are_in_force_and_a_role_can_end_at_one_model(run):
    _, out, _ = run("init", *ADMIN)
    assert "(low, medium, high)" in out
    run("people", "add", "grace", "--name", "Grace", "--role", "contributor", user="ada")
    run("register", "mortgage-approval", "--use-case", "mortgage-lending", user="grace")

    code, out, _ = run("people", "grant", "grace", "business_owner", "--model", "mortgage-approval", user="ada")
    assert (code, out) == (0, "grace may sign as business owner for mortgage-approval.\n")
    assert run("people", "grant", "grace", "business_owner", "--use-case", "lending", user="ada")[0] == 2


def test_the_doctor_names_what_to_mend(run, home, monkeypatch):
    code, out, _ = run("doctor")
    assert (code, "Run `signoff init`" in out) == (1, True)
    run("init", *ADMIN)
    code, out, _ = run("doctor")
    assert (code, "BAD" in out) == (0, False)
    assert out.count("sha256:") == 2  # the key of the log and the key of releases
    monkeypatch.setenv("SIGNOFF_PUBLIC_URL", "https://signoff.example.org")
    code, out, _ = run("doctor")
    assert (code, "note name of the log: localhost/audit does not belong to https://signoff" in out) == (0, True)
    assert "set SIGNOFF_PUBLIC_URL to the address it began with" in out
    home.chmod(0o755)
    code, out, _ = run("doctor", "--json")
    assert (code, json.loads(out)["good"]) == (1, False)


def test_the_log_of_a_demo_has_the_name_of_demos(run, home):
    with closing(Store.open(home, origin="demo.signoff.invalid/audit")) as store, store.transaction(SYSTEM) as tx:
        actions.create_personas(tx)
    assert "ok   name of the log: demo.signoff.invalid/audit, as every demo has it" in run("doctor")[1]


def test_settings_are_shown_with_secrets_masked(run, monkeypatch):
    monkeypatch.setenv("SIGNOFF_DATABASE_URL", "postgresql://signoff:secret@db/signoff")
    _, out, _ = run("doctor", "--settings")

    assert "SIGNOFF_DATABASE_URL" in out
    assert "secret" not in out


@pytest.mark.parametrize("value", ["signoff.example.org", "https://signoff.example.org/app", "ftp://x"])
def test_a_public_address_that_is_none_is_refused_by_name(run, monkeypatch, value):
    monkeypatch.setenv("SIGNOFF_PUBLIC_URL", value)
    code, _, err = run("people", "list")

    assert (code, "SIGNOFF_PUBLIC_URL" in err) == (2, True)


def test_a_program_gets_settings_in_their_types(run):
    told = {line["setting"]: line["value"] for line in json.loads(run("doctor", "--settings", "--json")[1])}
    assert told["SIGNOFF_PLAIN_HTTP"] is False
    assert told["SIGNOFF_DATABASE_URL"] is None
    assert told["SIGNOFF_SMTP_PORT"] == 587


def test_a_demo_is_served_to_this_machine_only(run, home):
    store = Store.open(home)
    with store.transaction(SYSTEM) as tx:
        actions.create_personas(tx)
    store.close()
    code, _, err = run("serve", "--host", "0.0.0.0")

    assert (code, "this machine only" in err) == (1, True)


@pytest.mark.parametrize("words", [["--build-only"], ["--fresh"], ["--no-browser", "--port", "8599"]])
def test_a_store_of_real_people_is_no_demo(run, home, words):
    run("init", *ADMIN)
    code, out, err = run("demo", *words)

    assert (code, out, "is not the demo" in err) == (1, "", True)
    assert found(home, "ada")[0] is not None


@pytest.mark.parametrize(
    ("address", "said"), [(None, "SIGNOFF_PUBLIC_URL"), ("http://signoff.example.org", "plain text")]
)
def test_serving_others_takes_an_address_they_can_type(run, home, monkeypatch, address, said):
    run("init", *ADMIN)
    monkeypatch.setattr(serve, "run", lambda *_: None)
    if address:
        monkeypatch.setenv("SIGNOFF_PUBLIC_URL", address)
    code, _, err = run("serve", "--host", "0.0.0.0", "--port", "8599")

    assert (code, said in err) == (0 if address else 2, True)


@pytest.mark.parametrize("name", [name for commands in cli.COMMANDS.values() for name in commands])
def test_every_command_is_found_in_the_module_named_for_it(name):
    alone = cli.build(name)

    assert name in {str(one.name) for one in (*alone.registered_commands, *alone.registered_groups)}


def test_the_list_of_commands_loads_none_of_them():
    script = (
        "import sys; from app import cli; cli.outline(); "
        "print(sorted(name for name in sys.modules if name.startswith(('app.commands.', 'core.', 'sqlmodel'))))"
    )
    asked = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert ast.literal_eval(asked.stdout) == ["app.commands.door", "core.errors"]


@pytest.mark.parametrize(
    ("line", "offered"),
    [("signoff ga", "gate"), ("signoff gate --sta", "--stage"), ("signoff --url http://x audit ch", "checkpoint")],
)
def test_a_shell_completes_commands_and_options(monkeypatch, capsys, line, offered):
    words = line.split()
    monkeypatch.setenv("_SIGNOFF_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "\n".join(words))
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    monkeypatch.setattr(sys, "argv", ["signoff"])
    with pytest.raises(SystemExit):
        cli.main()

    assert offered in capsys.readouterr().out.split()


@pytest.mark.parametrize("words", [("--url", "https://x", "people", "list"), ("people", "list", "--url=https://x")])
def test_what_works_on_the_machine_of_the_store_says_so(run, words):
    code, _, err = run(*words)

    assert (code, "on the machine of the store" in err) == (2, True)


@pytest.mark.parametrize("where", ["app.cli.build", "app.commands.people.queries.people"])
def test_ctrl_c_ends_with_130_and_says_where_to_look(run, monkeypatch, where):
    def stopped(*_):
        raise KeyboardInterrupt

    run("init", *ADMIN)
    monkeypatch.setattr(where, stopped)
    code, out, err = run("people", "list")

    assert (code, out) == (130, "")
    assert err.strip().startswith("Stopped. What had begun may have been recorded")
    assert "audit log" in err


def test_ctrl_c_while_the_command_loads_is_no_traceback(monkeypatch, capsys):
    ours, loading = threading.main_thread(), builtins.__import__

    def stopped(*told):
        if threading.current_thread() is not ours:  # a server of other tests may be loading something
            return loading(*told)
        raise KeyboardInterrupt

    monkeypatch.setattr(builtins, "__import__", stopped)
    with pytest.raises(SystemExit) as ended:
        entry.main()
    monkeypatch.undo()
    assert (ended.value.code, capsys.readouterr()) == (130, ("", ""))


def test_a_command_does_not_wait_for_what_only_the_others_need():
    script = "import sys; from app import cli; cli.build('verify'); print('app.commands.serve' in sys.modules)"
    asked = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert asked.stdout.strip() == "False"
