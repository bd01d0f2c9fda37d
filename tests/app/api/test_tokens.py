"""Coming in: by a token that stands and in no other way."""

import pytest
from sqlalchemy import MetaData, select

from core.access import actions, issuing

MODELS = "/api/v1/models"


def bearer(secret):
    return {"authorization": f"Bearer {secret}"}


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"authorization": ""}, id="empty"),
        pytest.param({"authorization": "Bearer"}, id="no token"),
        pytest.param({"authorization": "Bearer sgn_" + "0" * 38}, id="malformed"),
        pytest.param({"authorization": "Basic c2NpZW50aXN0OmRlbW8="}, id="a password"),
        pytest.param({"cookie": "signoff_session=abc; __Host-signoff_session=abc"}, id="cookies"),
    ],
)
def test_without_a_token_there_is_no_way_in(api, mortgage, headers):
    answer = api.get(MODELS, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_well_made_token_that_was_never_given_is_none(api, mortgage):
    from core.access.token import new_secret

    answer = api.get(MODELS, headers=bearer(new_secret()))
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_two_tokens_in_one_call_are_none(api, token, mortgage):
    first, second = token("scientist"), token("scientist")
    answer = api.get(MODELS, headers=[("authorization", f"Bearer {one}") for one in (first, second)])
    assert answer.status_code == 401


def test_a_form_of_another_site_gets_nowhere_with_the_cookies_of_a_person(api, store, people, mortgage):
    from core.access import entering

    session = entering.begin_session(store, people["scientist"], "password", "Firefox").token
    before = store.size()
    answer = api.post(
        MODELS,
        data={"slug": "churn"},
        headers={"origin": "https://evil.example", "cookie": f"signoff_session={session}"},
    )
    assert answer.status_code == 401
    assert store.size() == before


def test_a_token_stops_when_it_is_revoked_or_its_owner_leaves(calling, store, people, mortgage):
    first, second = calling("scientist"), calling("engineer")
    assert first.get(MODELS).status_code == second.get(MODELS).status_code == 200
    with store.transaction(people["scientist"].actor("password")) as tx:
        [line] = issuing.tokens(tx.session, people["scientist"].key)
        issuing.revoke(tx, line.id)
    with store.transaction(people["admin"].actor("password")) as tx:
        actions.deactivate(tx, people["engineer"].key)
    assert first.get(MODELS).status_code == second.get(MODELS).status_code == 401


@pytest.mark.parametrize(
    ("scope", "method", "status"),
    [
        ("read", "GET", 200),
        ("register", "GET", 200),
        ("audit", "GET", 403),
        ("read", "POST", 403),
        ("evaluate", "POST", 403),
        ("request", "POST", 403),
        ("report", "POST", 403),
        ("audit", "POST", 403),
        ("register", "POST", 201),
    ],
)
def test_a_token_does_what_its_scopes_allow(calling, mortgage, scope, method, status):
    sent = {"slug": "churn", "name": "Churn", "use_case": "lending", "exposure": "limited", "purpose": "support"}
    answer = calling("scientist", scope).request(method, MODELS, json=sent if method == "POST" else None)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("owner", ["scientist", "nobody"])
def test_who_may_change_nothing_learns_of_no_account(calling, version, owner):
    reader = calling("scientist", "read")
    line = {"slug": "churn", "name": "Churn", "use_case": "lending", "exposure": "limited", "purpose": "support"}
    found = {"model": "mortgage-approval", "version": 1, "title": "Drift", "severity": "low"}
    for address, sent in ((MODELS, line), ("/api/v1/findings", found)):
        assert reader.post(address, json={**sent, "owner": owner}).status_code == 403
    changed = reader.patch(f"{MODELS}/mortgage-approval", json={"owner": owner}, headers={"if-match": "*"})
    assert changed.status_code == 403


def test_a_refused_change_is_on_record_under_the_id_of_the_call(calling, store, mortgage):
    from core.access import journal
    from core.access.journal import EntryFilter
    from core.audit.event import Event

    answer = calling("scientist", "read").post("/api/v1/models/mortgage-approval/versions", json={"task": "binary"})
    assert answer.status_code == 403
    with store.reading() as session:
        [line] = journal.entries(session, EntryFilter(events=(Event.ACCESS_REFUSED,))).items
        content = journal.entry(session, line.seq).content
    assert content["req"] == answer.headers["x-request-id"]
    assert content["actor"]["kind"] == "token"


def test_reading_leaves_the_store_as_it_is(calling, api, store, mortgage):
    reader = calling("auditor", "read", "audit", "report")
    before = tables_of(store)
    paths = api.get("/api/openapi.json").json()["paths"]
    names = {"model": "mortgage-approval", "use_case": "lending"}
    seen = set()
    for path, methods in paths.items():
        if "get" not in methods:
            continue
        address = path
        for parameter in methods["get"].get("parameters", []):
            if parameter["in"] == "path":
                address = address.replace("{" + parameter["name"] + "}", names.get(parameter["name"], "1"))
        seen.add(reader.get(f"/api{address}").status_code)
    assert 200 in seen
    assert all(status < 500 for status in seen)
    assert tables_of(store) == before


def test_no_log_line_holds_a_token(calling, token, api, mortgage, caplog):
    secret = token("scientist")
    with caplog.at_level("DEBUG"):
        for address in (MODELS, "/api/v1/nothing", f"{MODELS}/none"):
            api.get(address, headers=bearer(secret))
        api.get(MODELS, headers=bearer(secret[:-1]))
    assert secret[:-1] not in caplog.text


def tables_of(store):
    """All rows but the moments of last use, which are operational."""
    everything = MetaData()
    everything.reflect(store.reader)
    with store.reader.connect() as connection:
        return {
            table.name: connection.execute(select(table)).all()
            for table in everything.sorted_tables
            if table.name != "token_use"
        }
