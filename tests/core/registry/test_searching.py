"""Finding models: what a search finds is what its words say, whichever index it goes through."""

import pytest

from core.registry import listing, queries, searching
from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.describing import Description, describe_model
from core.registry.listing import ModelOrder
from core.registry.materiality import Exposure, Purpose, RiskTier
from core.registry.searching import ModelFilter
from core.registry.stage import Stage
from core.registry.version import Task
from core.store.keyset import Wanted

SEARCHES = {
    "inside a name, however it is capitalised": (ModelFilter(text="TGAGE App"), ["mortgage"]),
    "inside the name in addresses": (ModelFilter(text="rtga"), ["mortgage"]),
    "a sign that searches have a use for": (ModelFilter(text='"'), ["churn"]),
    "what would be an operator": (ModelFilter(text='5" OR'), ["churn"]),
    "two letters": (ModelFilter(text="ch"), ["churn"]),
    "a pattern is no pattern": (ModelFilter(text="%rt%"), []),
    "a tag": (ModelFilter(tags=("credit",)), ["mortgage"]),
    "a piece of a tag": (ModelFilter(tags=("red",)), []),
    "two tags": (ModelFilter(tags=("credit", "eu")), ["mortgage"]),
    "a name and the tag of another": (ModelFilter(text="mort", tags=("care",)), []),
    "a name of before": (ModelFilter(text="loans"), []),
    "a tag of before": (ModelFilter(tags=("old",)), []),
    "a materiality": (ModelFilter(tier=RiskTier.LOW), ["churn", "mortgage"]),
    "a materiality that none has": (ModelFilter(tier=RiskTier.CRITICAL), []),
    "a stage": (ModelFilter(stage=Stage.DEVELOPMENT), ["churn", "mortgage"]),
    "a stage that none is in": (ModelFilter(stage=Stage.PRODUCTION), []),
    "a stage, a materiality, words and a tag": (
        ModelFilter(text="mort", tier=RiskTier.LOW, stage=Stage.DEVELOPMENT, tags=("eu",)),
        ["mortgage"],
    ),
    "everything": (ModelFilter(), ["churn", "mortgage"]),
}


@pytest.mark.parametrize("many", [0, 1, searching.MANY], ids=["few are common", "some are", "none are"])
def test_a_search_finds_what_is_called_so_now(store, people, many, monkeypatch):
    monkeypatch.setattr(searching, "MANY", many)  # what is common is looked for in another way
    with store.transaction(people["scientist"].actor("password")) as tx:
        register_use_case(tx, slug="lending", name="Home lending", purpose="Decide about mortgages.")
        for slug, name, tags in (("mortgage", "Old loans", ["old"]), ("churn", '5" or less', ["care", "eu"])):
            register_model(tx, ModelDescription(slug, name, "lending", Exposure.LIMITED, Purpose.SUPPORT, tags=tags))
            register_version(tx, slug, Build(Task.BINARY))
        describe_model(tx, "mortgage", Description(name="Mortgage approval", tags=["credit", "eu"]))

    with store.reading() as session:
        for words, (wanted, slugs) in SEARCHES.items():
            lines = queries.models(session, wanted).items
            slices = [listing.models(session, wanted, Wanted(), order).items for order in ModelOrder]
            for found in (lines, *slices):
                assert sorted(one.slug for one in found) == slugs, words
