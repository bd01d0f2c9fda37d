"""Forms that register a use case with its model, and a version of a model."""

import re
from datetime import UTC, datetime, time

import streamlit as st

from app import theme
from app.components import links
from app.components.refusal import attempt
from app.visit import Visit
from core import digest
from core.digest import EXACT
from core.errors import InputError
from core.registry import queries
from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.materiality import Exposure, Purpose, RegulatoryClass, assess
from core.registry.model import RegisteredModel
from core.registry.version import Task

_NEW = "A new use case"


@st.dialog("Register a model", width="medium")
def model_dialog(here: Visit) -> None:
    """Ask what a new model is for; its materiality follows while it is described."""
    with here.store.reading() as session:
        cases = {case.name: case.slug for case in queries.use_cases(session)}
    name = st.text_input("Name", max_chars=120, placeholder="Mortgage approval", key="model_name")
    slug = st.text_input(
        "Name in addresses",
        value=_slug(name),
        max_chars=64,
        help="a-z, 0-9 and dashes; pipelines use it.",
        key="model_slug",
    )
    case = st.selectbox("Use case", [*cases, _NEW], key="model_case")
    case_name = case_purpose = ""
    if case == _NEW:
        case_name = st.text_input("Name of the use case", max_chars=120, key="case_name")
        case_purpose = st.text_area(
            "What the business wants done",
            max_chars=2000,
            height=80,
            help="In words that anyone reads.",
            key="case_purpose",
        )
    purpose = st.radio(
        "What its answer is used for", [*Purpose], format_func=lambda p: _sentence(p.words), key="model_purpose"
    )
    exposure = st.radio(
        "How much it touches", [*Exposure], format_func=lambda e: _sentence(e.words), key="model_exposure"
    )
    judged = assess(exposure, purpose)
    st.markdown(f"{theme.badge(judged.tier)} {judged.reason}")
    regulatory = st.selectbox(
        "Regulatory class",
        [*RegulatoryClass],
        index=list(RegulatoryClass).index(RegulatoryClass.UNDECIDED),
        format_func=lambda c: c.words,
        key="model_class",
    )
    description = st.text_area("A few sentences about it", max_chars=2000, height=80, key="model_description")
    tags = st.text_input(
        "Tags", placeholder="credit, retail", help="Short words to find it by, parted by commas.", key="model_tags"
    )
    review = st.date_input("Next review", value=None, min_value=here.now.date(), key="model_review")
    if st.button("Register", type="primary", key="model_register"):
        with attempt():
            with here.store.transaction(here.actor) as tx:
                if case == _NEW:
                    register_use_case(tx, slug=_slug(case_name), name=case_name, purpose=case_purpose)
                model = register_model(
                    tx,
                    ModelDescription(
                        slug=slug,
                        name=name,
                        use_case=_slug(case_name) if case == _NEW else cases[str(case)],
                        exposure=exposure,
                        purpose=purpose,
                        regulatory_class=regulatory,
                        description=description,
                        tags=tags.split(","),
                        next_review_at=datetime.combine(review, time(), UTC) if review else None,
                    ),
                )
            links.go("model", name=model.slug)


@st.dialog("Register a version", width="medium")
def version_dialog(here: Visit, model: RegisteredModel) -> None:
    """Ask what was built and what is needed to build it again. The artifact is fingerprinted, not kept."""
    st.caption(
        "A version cannot be changed after it is registered. What is missing here shows as a check that is not met."
    )
    task = st.selectbox("What kind of answer it gives", [*Task], format_func=lambda t: t.words, key="version_task")
    file = st.file_uploader(
        "Artifact", help="Only its fingerprint and size are kept, not the bytes.", key="version_artifact"
    )
    stated = st.text_input(
        "Or its fingerprint",
        placeholder="sha256:…",
        help="As `sha256sum` prints it.",
        disabled=file is not None,
        key="version_sha",
    )
    uri = st.text_input("Where the artifact lies", placeholder="s3://models/mortgage/4/model.onnx", key="version_uri")
    code = st.text_input("Code", placeholder="git commit", key="version_code")
    data = st.text_area(
        "Fingerprints of the training data", height=80, placeholder="sha256:…, one in a line", key="version_data"
    )
    environment = st.text_input(
        "Environment", placeholder="Digest of the image or lock file", key="version_environment"
    )
    seed = st.text_input("Random seed", key="version_seed")
    note = st.text_area("What is new in it", max_chars=2000, height=80, key="version_note")
    if st.button("Register", type="primary", key="version_register"):
        with attempt():
            build = Build(
                task=task,
                artifact_uri=uri or (file.name if file else None),
                artifact_sha256=digest.of_stream(file) if file else (stated or None),
                artifact_size=file.size if file else None,
                code_ref=code or None,
                data_digests=[line.strip() for line in data.splitlines() if line.strip()],
                environment_ref=environment or None,
                seed=_integer(seed),
                change_note=note,
            )
            with here.store.transaction(here.actor) as tx:
                version = register_version(tx, model.slug, build)
            links.go("model", name=model.slug, version=version.version)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:64]


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _integer(text: str) -> int | None:
    if not text.strip():
        return None
    try:
        found = int(text)
    except ValueError:
        found = EXACT + 1
    if abs(found) > EXACT:
        raise InputError(
            f"The seed {text[:40]!r} is not a whole number of at most 15 digits.",
            "Write it with digits only, or leave it empty.",
        )
    return found
