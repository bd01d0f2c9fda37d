import pytest

from core.errors import EvidenceError
from core.tabular.strict_json import loads


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None),
        ('{"a": [1, -2.5e3, true, "\\u00e9"]}', {"a": [1, -2500.0, True, "é"]}),
        (b'  {"a": {}}\n', {"a": {}}),
        ("[" * 64 + "]" * 64, None),
        ('{"a": {"a": 1}}', {"a": {"a": 1}}),
    ],
)
def test_what_the_standard_allows_is_read(text, value):
    found = loads(text)
    assert value is None or found == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not valid JSON"),
        ("{'a': 1}", "not valid JSON"),
        ('{"a": 1,}', "not valid JSON"),
        ('{"a": 1} x', "not valid JSON"),
        ("01", "not valid JSON"),
        ('{"a": 1, "a": 1}', "names 'a' twice"),
        ('[{"b": {"a": 1, "a": 2}}]', "names 'a' twice"),
        ("NaN", "contains NaN"),
        ('{"a": -Infinity}', "contains -Infinity"),
        ('{"a": 1e400}', "too large"),
        ('{"a": [{"b": -1e400}]}', "too large"),
        ("[" * 66 + "]" * 66, "deeper than 64"),
        ("[" * 100_000, "deeper than 64"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "deeper than 64"),
        (b'{"a": "\xff"}', "not UTF-8"),
    ],
)
def test_what_it_does_not_allow_is_refused(text, said):
    with pytest.raises(EvidenceError, match=said):
        loads(text, "The line")
