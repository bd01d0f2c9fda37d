"""What people are told, what they choose, and what an administrator sees of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app import settings as settings_module
from core.access import actions as access
from core.access.person import ReviewRole, SystemRole
from core.connectors.webhook import Caller
from core.notifications import outbox, preference
from core.notifications.actions import Wanted, register_webhook
from core.notifications.delivery import DeliveryState
from core.notifications.kind import Channel, Kind
from core.notifications.notification import Notification
from core.notifications.outbox import Try
from core.notifications.queries import counted, webhooks
from core.store import cursor


@pytest.fixture
def told(store, people):
    """Tell some of the six people something."""

    def one(*names, number=1, mail=False):
        said = Notification(
            key=str(number),
            kind=Kind.REQUEST_DECIDED,
            address=f"REQ-{number}",
            page=f"/inbox?request=REQ-{number}",
            words=f"mortgage *v{number}* to production was rejected",
            at=store.clock() - timedelta(hours=number),
            to=frozenset(people[name].key for name in names),
            seq=number,
        )
        with store.housekeeping() as session:
            outbox.keep(session, store, [said], mail=mail)

    return one


@pytest.fixture
def hook(store, people):
    with store.transaction(people["admin"].actor("password")) as tx:
        return register_webhook(tx, Wanted("https://hooks.example.org/a", tuple(Kind)))


def test_home_shows_what_is_new_and_takes_it_away_when_read(look, told):
    for number in range(1, 8):
        told("validator", number=number)
    at = look("home", "validator")
    assert "New for you" in [header.value for header in at.header]
    assert any("And 2 older." in caption.value for caption in at.caption)

    [first, *_] = [button for button in at.button if button.label == "Mark as read"]
    first.click().run()
    assert any("And 1 older." in caption.value for caption in at.caption)
    [everything] = [button for button in at.button if button.label == "Mark all as read"]
    everything.click().run()
    assert "New for you" not in [header.value for header in at.header]


def test_nobody_sees_what_others_were_told(look, told):
    told("validator")
    assert "New for you" not in [header.value for header in look("home", "business").header]


def test_a_choice_is_kept_at_once(look, store, people):
    at = look("account", "validator")
    at.pills(key="told-inbox").set_value([Kind.FINDING_DUE]).run()

    with store.reading() as session:
        assert preference.wanted(session, people["validator"].key)[Channel.INBOX] == {Kind.FINDING_DUE}


def test_mail_that_is_not_set_up_says_what_clears_it(look):
    said = [caption.value for caption in look("account", "validator").caption]
    assert "E-mail: not set up; an administrator can change that." in said
    said = [caption.value for caption in look("account", "admin").caption]
    assert "E-mail: not set up; set SIGNOFF_SMTP_HOST and SIGNOFF_MAIL_FROM." in said
    shown = [caption.value for caption in look("connections", "admin").caption]
    assert "People are told in Signoff only. For mail too, set SIGNOFF_SMTP_HOST and SIGNOFF_MAIL_FROM." in shown


def test_mail_can_be_chosen_once_it_is_set_up_and_there_is_an_address(look, store, people, monkeypatch):
    chosen = settings_module.settings().model_copy(update={"smtp_host": "mail", "mail_from": "s@example.org"})
    monkeypatch.setattr(settings_module, "_SETTLED", [chosen])
    assert "E-mail: your account has no address; an administrator can add one on the People page." in [
        caption.value for caption in look("account", "validator").caption
    ]
    with store.transaction(people["admin"].actor("password")) as tx:
        ann = access.create_person(tx, "ann", "Ann", "ann@example.org", SystemRole.VIEWER)
        access.grant_role(tx, ann.key, ReviewRole.RISK_REVIEWER)
    people["ann"] = ann
    at = look("account", "ann")
    at.pills(key="told-mail").set_value([]).run()
    with store.reading() as session:
        assert preference.wanted(session, ann.key)[Channel.MAIL] == frozenset()


def test_a_webhook_is_added_and_its_secret_shown_once(look, store):
    at = look("connections", "admin")
    at.button(key="add-webhook").click().run()
    at.text_input(key="webhook-url").set_value("https://127.0.0.1/").run()
    at.button(key="webhook-send").click().run()
    assert "names no host" in at.error[0].value

    at.text_input(key="webhook-url").set_value("https://hooks.example.org/T0/B0?key=1").run()
    at.button(key="webhook-send").click().run()
    [secret] = [code.value for code in at.code]
    assert secret.startswith("whsec_")
    with store.reading() as session:
        assert [hook.host for hook in webhooks(session)] == ["hooks.example.org"]
    at.button(key="webhook-done").click().run()
    assert not at.code
    assert secret.encode() not in (store.home / "signoff.db").read_bytes()


def test_a_webhook_is_removed(look, store, hook):
    at = look("connections", "admin").button(key=f"remove-{hook.key}").click().run()
    with store.reading() as session:
        assert len(webhooks(session)) == 1  # not before it was asked once more
    at.button(key="remove-now").click().run()
    with store.reading() as session:
        assert webhooks(session) == []


def test_what_a_webhook_is_told_is_changed(look, store, hook):
    at = look("connections", "admin")
    at.button(key=f"change-{hook.key}").click().run()
    at.pills(key="webhook-kinds").set_value([]).run()
    at.button(key="webhook-save").click().run()
    assert "would be told nothing" in at.error[0].value

    at.pills(key="webhook-kinds").set_value([Kind.ALERT_RAISED]).run()
    at.button(key="webhook-save").click().run()
    with store.reading() as session:
        assert [one.told for one in webhooks(session)] == [{Kind.ALERT_RAISED}]
    assert not at.error


@pytest.mark.parametrize("problem", ["", "The receiver answered 503."])
def test_a_webhook_is_tried_out_and_the_page_says_what_became_of_it(look, hook, monkeypatch, problem):
    called = []
    monkeypatch.setattr(Caller, "call", lambda _, url, parcel: called.append((url, parcel.body)) or problem)
    at = look("connections", "admin")
    at.button(key=f"send-{hook.key}").click().run()

    [(url, body)] = called
    assert url == hook.url
    assert b'"event":"test"' in body
    assert [toast.value for toast in at.toast] == ([] if problem else ["hooks\\.example\\.org took a test."])
    said = [error.value.replace("\\", "") for error in at.error]
    assert said == ([f"**hooks.example.org did not take a test.** {problem}"] if problem else [])


def test_the_log_says_why_and_sends_again(look, store, people, told, hook):
    told("validator")
    with store.reading() as session:
        [row] = outbox.due(session, store.clock(), 9)
    outbox.note(store, row.id, 1, Try("The receiver answered 503."))
    outbox.note(store, row.id, 2, Try("Its address is [gone](http://x).", final=True))
    at = look("connections", "admin")
    assert any("Webhook to hooks" in caption.value and "2 tries" in caption.value for caption in at.caption)
    assert any("gone" in caption.value and "](http" not in caption.value for caption in at.caption)

    at.button(key=f"again-{row.id}").click().run()
    with store.reading() as session:
        assert counted(session)[DeliveryState.WAITING] == 1


def test_it_says_when_nobody_delivers(look, store):
    assert "Nothing is delivered at the moment" in look("connections", "admin").warning[0].value
    cursor.hold(store, outbox.FOLLOWER, "x", timedelta(minutes=1))
    assert not look("connections", "admin").warning


def test_the_secret_of_a_webhook_is_neither_in_the_log_nor_in_the_database(store, hook):
    from core.notifications.webhook import secret

    made = secret(store, hook.salt)
    assert secret(store, hook.salt) == made
    with store.reading() as session:
        assert made not in repr(session.connection().exec_driver_sql("SELECT leaf FROM audit_entry").all())
    assert replace(store, home=store.home / "elsewhere").home != store.home
    assert secret(replace(store, home=store.home / "elsewhere"), hook.salt) != made
