"""Finding models: what a search finds is what its words say, whichever index it goes through."""

from core.registry import listing, queries
from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.describing import Description, describe_model
from core.registry.listing import ModelOrder
from core.registry.materiality import Exposure, Purpose
from core.registry.searching import ModelFilter
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
    "everything": (ModelFilter(), ["churn", "mortgage"]),
}


def test_a_search_finds_what_is_called_so_now(store, people):
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
