"""The list of survivors is of mutants there are, and what docs/checks.md says of them is that list."""

import os

from tests.mutation.survivors import known_survivors, mutants_of, reasons, tables, texts_of_checks
from tests.support import ROOT

DOCS = ROOT / "docs" / "checks.md"
BEGINS, ENDS = "<!-- mutants: made by UPDATE_SNAPSHOTS=1 pytest tests/mutation -->\n", "<!-- /mutants -->"


def test_every_survivor_is_a_mutant_there_is_and_has_one_reason() -> None:
    there_are = {mutant for path, text in texts_of_checks().items() for mutant in mutants_of(path, text)}
    assert known_survivors() - there_are == set()
    assert sum(len(reason["mutants"]) for reason in reasons()) == len(known_survivors())


def test_the_documents_say_what_survives_and_why() -> None:
    """Rewritten with UPDATE_SNAPSHOTS=1."""
    before, _, rest = DOCS.read_text("utf-8").partition(BEGINS)
    said, _, after = rest.partition(ENDS)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        said = tables()
        DOCS.write_text(before + BEGINS + said + ENDS + after, "utf-8")
    assert said == tables(), "UPDATE_SNAPSHOTS=1 pytest rewrites it"
