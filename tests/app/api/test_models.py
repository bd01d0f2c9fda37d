import pytest
from sqlalchemy import event

from core.access import journal
from core.access.actions import deactivate
from core.audit.event import Event

NEW = {
    "slug": "churn",
    "name": "Churn",
    "use_case": "lending",
    "exposure": "limited",
    "purpose": "information",
}


def test_a_model_is_registered_and_read_back(calling, mortgage):
    scientist = calling("scientist", "register")

    made = scientist.post("/api/v1/models", json=NEW)
    assert made.status_code == 201, made.text
    assert made.headers["location"] == "/api/v1/models/churn"

    read = scientist.get(made.headers["location"])
    assert read.json() == made.json()
    assert read.headers["etag"] == made.headers["etag"]
    assert read.json()["materiality"] == "low"


def test_lists_are_cut_filtered_and_go_on(calling, mortgage):
    scientist = calling("scientist", "register")
    for number in range(5):
        scientist.post("/api/v1/models", json={**NEW, "slug": f"churn-{number}", "tags": ["care"]})

    first = scientist.get("/api/v1/models", params={"limit": 2, "tag": "care"})
    second = scientist.get(first.json()["next"])
    assert second.status_code == 200, second.text
    third = scientist.get(second.json()["next"])

    found = [one["slug"] for page in (first, second, third) for one in page.json()["items"]]
    assert found == [f"churn-{number}" for number in range(5)]
    assert first.headers["link"] == f'<{first.json()["next"]}>; rel="next"'
    assert third.json()["next"] is None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"search": "mort"}, ["mortgage-approval"]),
        ({"search": "%"}, []),
        ({"tier": "high"}, ["mortgage-approval"]),
        ({"tier": "low"}, []),
        ({"stage": "production"}, []),
        ({"use_case": "lending"}, ["mortgage-approval"]),
    ],
)
def test_models_are_found_by_what_people_look_for(calling, mortgage, wanted, found):
    answer = calling("auditor", "read").get("/api/v1/models", params=wanted)
    assert [one["slug"] for one in answer.json()["items"]] == found


def test_a_change_starts_from_what_was_read(calling, mortgage):
    scientist = calling("scientist", "register")
    address = "/api/v1/models/mortgage-approval"
    read = scientist.get(address).headers["etag"]

    changed = scientist.patch(address, json={"description": "New."}, headers={"if-match": read})
    assert changed.status_code == 200, changed.text
    assert changed.json()["description"] == "New."

    late = scientist.patch(address, json={"description": "Old."}, headers={"if-match": read})
    assert late.status_code == 412
    blind = scientist.patch(address, json={"description": "Old."})
    assert blind.status_code == 428
    assert scientist.get(address).json()["description"] == "New."


def test_a_version_is_registered_with_what_it_takes_to_build_it_again(calling, mortgage):
    scientist = calling("scientist", "register")
    sent = {"task": "binary", "artifact_sha256": "ab" * 32, "artifact_size": 12, "code_ref": "4f1c9aa", "seed": 7}

    made = scientist.post("/api/v1/models/mortgage-approval/versions", json=sent)

    assert made.status_code == 201, made.text
    assert made.json()["address"] == "mortgage-approval@1"
    assert made.json()["missing_to_rebuild"] == [
        "fingerprints of its training data",
        "its environment (lock file or image digest)",
    ]
    assert scientist.get(made.headers["location"]).json() == made.json()
    listed = scientist.get("/api/v1/models/mortgage-approval/versions").json()
    assert listed == {"items": [made.json()], "next": None}
    again = scientist.post("/api/v1/models/mortgage-approval/versions", json=sent)
    assert again.status_code == 409


def test_a_token_bound_to_other_models_does_not_learn_of_this_one(calling, store, people, mortgage):
    scientist = calling("scientist", "register")
    scientist.post("/api/v1/models", json=NEW)
    bound = calling("scientist", models=["churn"])

    assert [one["slug"] for one in bound.get("/api/v1/models").json()["items"]] == ["churn"]
    foreign, missing = bound.get("/api/v1/models/mortgage-approval"), bound.get("/api/v1/models/nothing-here")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.json()["detail"].replace("mortgage-approval", "nothing-here") == missing.json()["detail"]
    posted = bound.post("/api/v1/models/mortgage-approval/versions", json={"task": "binary"})
    assert posted.status_code == 404
    assert bound.post("/api/v1/models", json={**NEW, "slug": "new"}).status_code == 403


def test_a_stated_tier_needs_its_reason(calling, mortgage):
    scientist = calling("scientist", "register")
    assert scientist.post("/api/v1/models", json={**NEW, "tier": "critical"}).status_code == 422
    made = scientist.post("/api/v1/models", json={**NEW, "tier": "critical", "tier_reason": "The board watches it."})
    assert (made.json()["materiality"], made.json()["materiality_reason"]) == ("critical", "The board watches it.")


def test_somebody_else_may_answer_for_a_model(calling, mortgage):
    scientist = calling("scientist", "register")
    assert scientist.post("/api/v1/models", json={**NEW, "owner": "nobody"}).status_code == 422
    assert scientist.post("/api/v1/models", json={**NEW, "owner": "engineer"}).json()["owner"] == "ML engineer"


def test_materiality_is_judged_anew_by_who_may_or_nothing_changes(calling, mortgage):
    address = "/api/v1/models/mortgage-approval"
    scientist, validator = calling("scientist", "register"), calling("validator", "register")
    read = scientist.get(address)
    start = {"if-match": read.headers["etag"]}
    change = {"exposure": "broad", "reason": "It now serves every branch."}

    refused = scientist.patch(address, json={**change, "name": "Mine"}, headers=start)
    assert refused.status_code == 403
    assert scientist.get(address).json() == read.json()
    assert validator.patch(address, json={"exposure": "broad"}, headers=start).status_code == 422
    judged = validator.patch(address, json=change, headers=start)
    assert judged.status_code == 200, judged.text
    assert judged.json()["materiality"] == "critical"


def test_owner_and_class_change_hands_with_the_permissions_of_the_table(calling, mortgage, store, people):
    address, anyhow = "/api/v1/models/mortgage-approval", {"if-match": "*"}
    scientist, validator = calling("scientist", "register"), calling("validator", "register")

    named = scientist.patch(address, json={"owner": "engineer"}, headers=anyhow)
    assert (named.status_code, named.json()["owner"]) == (200, "ML engineer")
    assert scientist.patch(address, json={"owner": "nobody"}, headers=anyhow).status_code == 422
    assert validator.patch(address, json={"owner": "scientist"}, headers=anyhow).status_code == 403

    change = {"regulatory_class": "high_risk", "reason": "Annex III names credit scoring."}
    before = scientist.get(address).json()
    assert scientist.patch(address, json=change, headers=anyhow).status_code == 403
    assert validator.patch(address, json={**change, "reason": " "}, headers=anyhow).status_code == 422
    judged = validator.patch(address, json=change, headers=anyhow).json()
    assert judged == {**before, "regulatory_class": "high_risk"}

    with store.reading() as session:
        changes = journal.entries(session, journal.EntryFilter(events=(Event.MODEL_CHANGED,))).items
        judged, named = [journal.entry(session, line.seq).content["data"] for line in changes]
    assert named["fields"] == ["owner"]
    assert (judged["class_before"], judged["class_after"]) == ("undecided", "high_risk")


def test_a_closed_account_answers_for_nothing(calling, mortgage, store, people):
    with store.transaction(people["admin"].actor("password")) as tx:
        deactivate(tx, people["engineer"].key)
    sent = {"owner": "engineer"}
    refused = calling("scientist", "register").patch(
        "/api/v1/models/mortgage-approval", json=sent, headers={"if-match": "*"}
    )
    assert (refused.status_code, "open account" in refused.text) == (422, True)


def test_a_change_that_changes_nothing_leaves_no_event(calling, store, mortgage):
    address = "/api/v1/models/mortgage-approval"
    scientist = calling("scientist", "register")
    size = store.size()
    same = scientist.patch(address, json={"name": "Mortgage approval"}, headers={"if-match": "*"})
    assert same.status_code == 200
    assert store.size() == size


def test_use_cases_are_registered_listed_and_known_only_to_who_may_know_them(calling, mortgage):
    scientist = calling("scientist", "register")
    made = scientist.post("/api/v1/use-cases", json={"slug": "care", "name": "Care", "purpose": "Keep customers."})
    assert made.status_code == 201, made.text
    assert scientist.get(made.headers["location"]).json() == made.json()
    assert [one["slug"] for one in scientist.get("/api/v1/use-cases").json()["items"]] == ["care", "lending"]

    bound = calling("scientist", models=["mortgage-approval"])
    assert [one["slug"] for one in bound.get("/api/v1/use-cases").json()["items"]] == ["lending"]
    assert bound.get("/api/v1/use-cases/care").status_code == 404
    assert bound.post("/api/v1/use-cases", json={"slug": "x", "name": "X", "purpose": "Y."}).status_code == 403


def test_several_tags_are_all_wanted(calling):
    client = calling("scientist", "register")
    client.post("/api/v1/use-cases", json={"slug": "lending", "name": "Home lending", "purpose": "Decide."})
    facts = {"use_case": "lending", "exposure": "moderate", "purpose": "rights"}
    for slug, tags in (("one", ["credit", "team-1"]), ("two", ["credit"])):
        client.post("/api/v1/models", json=facts | {"slug": slug, "name": slug, "tags": tags})

    def listed(*tags):
        return [one["slug"] for one in client.get("/api/v1/models", params={"tag": tags}).json()["items"]]

    assert listed("credit") == ["one", "two"]
    assert listed("credit", "team-1") == ["one"]


def test_models_come_by_their_newest_version_latest_first(calling):
    client = calling("scientist", "register")
    client.post("/api/v1/use-cases", json={"slug": "lending", "name": "Home lending", "purpose": "Decide."})
    facts = {"use_case": "lending", "exposure": "moderate", "purpose": "rights"}
    for slug in ("a", "b", "c"):
        client.post("/api/v1/models", json=facts | {"slug": slug, "name": slug})
    for slug in ("a", "b", "a"):
        client.post(f"/api/v1/models/{slug}/versions", json={"task": "binary"})

    first = client.get("/api/v1/models", params={"order": "latest", "limit": 1}).json()
    second = client.get(first["next"]).json()
    assert [one["slug"] for one in first["items"] + second["items"]] == ["a", "b"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("address", "most"), [("/api/v1/models", 4), ("/api/v1/models/mortgage-approval/versions/1", 5)]
)
def test_a_call_asks_the_store_few_questions(calling, store, version, address, most):
    client, asked = calling("scientist", "read"), []
    client.get(address)  # its first use is noted
    event.listen(store.reader, "before_cursor_execute", lambda *about: asked.append(about[2]))
    assert client.get(address).status_code == 200
    assert len([one for one in asked if one.startswith("SELECT")]) <= most


@pytest.mark.parametrize("address", ["/api/v1/models?materiality=high", "/api/v1/models/mortgage-approval?limit=1"])
def test_a_filter_that_does_not_exist_is_refused_and_not_answered_with_everything(calling, mortgage, address):
    answer = calling("scientist").get(address)
    assert answer.status_code == 422
    assert "knows no '" in answer.json()["detail"]
    assert answer.json()["fix"] in {
        "Ask by cursor, limit, order, search, stage, tag, tier, use_case.",
        "It takes none.",
    }
