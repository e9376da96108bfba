"""The glossary names every code of the lists that it spells out, as the code lists have it."""

import pytest

from schemas import codes
from tests.support import ROOT

SPELLED_OUT = [
    codes.Reason,
    codes.RevisionCause,
    codes.ConflictReason,
    codes.ItemKind,
    codes.EvidenceStatus,
    codes.Verdict,
]


@pytest.mark.parametrize("codes_of", SPELLED_OUT, ids=lambda c: c.__name__)
def test_the_glossary_names_every_code(codes_of: type[codes.Code]) -> None:
    glossary = (ROOT / "GLOSSARY.md").read_text("utf-8")
    missing = [f"| `{m.value}` | {m.zh} |" for m in codes_of if f"| `{m.value}` | {m.zh} |" not in glossary]
    assert missing == []
