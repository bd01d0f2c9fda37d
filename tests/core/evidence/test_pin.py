"""What is signed has one fingerprint, and every difference can be named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.digest import of_bytes
from core.evidence import pin as pins
from core.evidence.kind import EvidenceKind
from core.evidence.pin import Change, Pin


def a_pin(component: EvidenceKind, content: bytes, name: str = "", label: str = "") -> Pin:
    return Pin(component, name, of_bytes(content), label)


CARD = a_pin(EvidenceKind.CARD, b"card 1", label="version 1")
HOLDOUT = a_pin(EvidenceKind.EVALUATION, b"numbers", "holdout", "EVL-1")
POLICY = a_pin(EvidenceKind.POLICY, b"high 1", label="high, version 1")

SETS = st.dictionaries(
    st.tuples(st.sampled_from(list(EvidenceKind)), st.sampled_from(["", "holdout", "march"])),
    st.binary(max_size=2),
).map(lambda found: [a_pin(component, content, name) for (component, name), content in found.items()])


@given(SETS, st.randoms())
def test_the_order_of_looking_does_not_matter(some, random):
    shuffled = list(some)
    random.shuffle(shuffled)
    assert pins.set_digest(some) == pins.set_digest(shuffled)


@given(SETS, SETS)
def test_two_fingerprints_agree_exactly_when_nothing_differs(before, after):
    assert (pins.set_digest(before) == pins.set_digest(after)) == (pins.difference(before, after) == ())


@given(SETS)
def test_pins_survive_being_written_down(some):
    assert pins.from_json(pins.to_json(some)) == pins.in_order(some)


def test_a_label_is_for_reading_and_never_signed():
    relabelled = a_pin(EvidenceKind.CARD, b"card 1", label="the first")
    assert pins.set_digest([CARD]) == pins.set_digest([relabelled])


def test_a_name_is_part_of_what_is_signed():
    elsewhere = a_pin(EvidenceKind.EVALUATION, b"numbers", "another set")
    assert pins.set_digest([HOLDOUT]) != pins.set_digest([elsewhere])


def test_nothing_is_pinned_twice_so_that_nothing_hides():
    with pytest.raises(ValueError, match="model card"):
        pins.set_digest([CARD, a_pin(EvidenceKind.CARD, b"card 2")])


@pytest.mark.parametrize(
    ("before", "after", "change", "sentence"),
    [
        pytest.param([], [HOLDOUT], Change.ADDED, "the evaluation on holdout was added (EVL-1)", id="added"),
        pytest.param([HOLDOUT], [], Change.REMOVED, "the evaluation on holdout was removed (EVL-1)", id="removed"),
        pytest.param(
            [CARD, POLICY],
            [a_pin(EvidenceKind.CARD, b"card 2", label="version 2"), POLICY],
            Change.REPLACED,
            "the model card was replaced (version 1 → version 2)",
            id="replaced, with its neighbour untouched",
        ),
    ],
)
def test_a_difference_is_a_sentence(before, after, change, sentence):
    (found,) = pins.difference(before, after)
    assert (found.change, found.words) == (change, sentence)


def test_differences_come_in_reading_order():
    found = pins.difference([], [POLICY, CARD, HOLDOUT])
    assert [d.component for d in found] == [EvidenceKind.EVALUATION, EvidenceKind.CARD, EvidenceKind.POLICY]
