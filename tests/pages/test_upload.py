"""The Upload page: a file, what its columns mean, and what came out."""

import numpy as np
import pytest

from core.evaluation import queries
from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.materiality import Exposure, Purpose
from core.registry.stage import Stage
from core.registry.version import Task


@pytest.fixture
def version(store, people):
    with store.transaction(people["scientist"].actor("password")) as tx:
        register_use_case(tx, slug="lending", name="Home lending", purpose="Decide about mortgages.")
        said = ModelDescription("mortgage-approval", "Mortgage approval", "lending", Exposure.MODERATE, Purpose.RIGHTS)
        register_model(tx, said)
        return register_version(tx, "mortgage-approval", Build(Task.BINARY))


@pytest.fixture
def csv():
    random = np.random.default_rng(0)
    score = np.round(random.uniform(0.02, 0.98, 150), 3)
    label = (random.random(150) < score).astype(int)
    lines = ["application_id,label,p_approve,race,shoe"]
    lines += [f"A-{i},{label[i]},{score[i]},{['black', 'white'][i % 2]},{40 + i % 5}" for i in range(150)]
    return "\n".join(lines).encode()


def shown(at):
    return "\n".join(part.value for part in [*at.markdown, *at.caption, *at.info, *at.error, *at.warning])


def give(at, key, content, name="predictions.csv"):
    at.file_uploader(key=key).set_value((name, content, "text/csv"))
    return at.run()


def test_results_of_a_version_are_confirmed_computed_and_stored(look, store, version, csv):
    at = give(look("upload", "scientist", model="mortgage-approval"), "file-version", csv)
    assert not at.exception
    assert "Dropped before anything is kept: shoe" in shown(at)
    at.button(key="store-results").click().run()
    assert not at.exception
    assert "is stored" in shown(at)
    with store.reading() as session:
        [found] = queries.current(session, version.key)
        assert found.rows == 150
        assert any(row.slice_value == "black" for row in queries.results(session, found.key))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "empty", id="an empty file"),
        pytest.param(b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00", "pickle", id="a pickle with another name"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_the_page_stays(look, store, version, content, said):
    at = give(look("upload", "scientist", model="mortgage-approval"), "file-version", content)
    assert not at.exception
    assert said in "\n".join(error.value for error in at.error)
    with store.reading() as session:
        assert queries.current(session, version.key) == []


def test_scores_that_are_no_probabilities_are_refused_in_place(look, store, version, csv):
    wrong = csv.replace(b",0.", b",70.")
    at = give(look("upload", "scientist", model="mortgage-approval"), "file-version", wrong)
    at.button(key="store-results").click().run()
    assert "outside 0 to 1" in "\n".join(error.value for error in at.error)
    with store.reading() as session:
        assert queries.current(session, version.key) == []


def test_rows_are_shown_only_to_whoever_may_see_rows(look, version, csv):
    at = give(look("upload", "scientist", model="mortgage-approval"), "file-version", csv)
    assert len(at.dataframe) == 1
    at = give(look("upload", "auditor", bring="Try your own file"), "file-try", csv)
    assert len(at.dataframe) == 0
    assert "do not allow you to see rows" in shown(at)


def test_who_may_not_upload_is_told_so(look, version):
    assert "do not allow you to upload" in shown(look("upload", "business", model="mortgage-approval"))


def test_a_file_is_tried_out_and_stored_nowhere(look, store, version, csv):
    size = store.size()
    at = give(look("upload", "business", bring="Try your own file"), "file-try", csv)
    at.button(key="try-compute").click().run()
    assert not at.exception
    assert "stored nowhere" in shown(at)
    at.segmented_control(key="try-view").set_value("All numbers").run()
    assert any("ROC AUC" in str(table.value) for table in at.table)
    assert store.size() == size + 1  # the sign-in, and nothing else


def test_a_validator_registers_a_set_and_others_only_see_it(look, store, version, csv):
    at = give(look("upload", "validator", bring="Evaluation sets"), "file-set", csv)
    at.text_input(key="set-name").set_value("mortgage-holdout")
    at.button(key="set-register").click().run()
    assert not at.exception
    with store.reading() as session:
        assert queries.evaluation_set(session, "mortgage-holdout").groups == ["race"]
    at = look("upload", "business", bring="Evaluation sets")
    assert "A validator or an administrator registers" in shown(at)
    assert len(at.file_uploader) == 0


def test_an_upload_counts_as_a_use_at_once(look, version, csv):
    at = give(look("upload", "validator", bring="Evaluation sets"), "file-set", csv)
    at.text_input(key="set-name").set_value("mortgage-holdout")
    at.button(key="set-register").click().run()
    at = look("upload", "scientist", model="mortgage-approval")
    at.selectbox(key="upload-set-mortgage-approval").set_value("mortgage-holdout").run()
    assert "not used yet" in shown(at)
    give(at, "file-version", csv).button(key="store-results").click().run()
    assert not at.exception
    assert "is stored" in shown(at)
    assert "used 1 time so far" in shown(at)


def test_an_archived_version_is_not_proposed(look, store, people, version):
    with store.transaction(people["scientist"].actor("password")) as tx:
        newer = register_version(tx, "mortgage-approval", Build(Task.BINARY))
        newer.stage = Stage.ARCHIVED
    at = look("upload", "scientist")
    assert at.selectbox(key="upload-version-mortgage-approval").value == 1


def test_an_evaluation_is_read_on_the_model_page(look, store, version, csv):
    at = give(look("upload", "scientist", model="mortgage-approval"), "file-version", csv)
    at.button(key="store-results").click().run()
    for view in ("In plain words", "All numbers", "By group", "Curves", "Against the champion"):
        at = look("model", "validator", name="mortgage-approval", version="1", tab="evaluations", evaluation_view=view)
        assert not at.exception, view
    assert "No version is in charge yet" in shown(at)
    assert "arithmetic is proven, truth is not" in shown(at)


def test_a_version_without_results_says_how_to_bring_them(look, version):
    at = look("model", "validator", name="mortgage-approval", version="1", tab="evaluations")
    assert "signoff upload mortgage-approval@1 FILE" in shown(at)
