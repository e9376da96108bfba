"""Identities and explanations as reference data: what is wrong in them is told with file, line and nearest word."""

import shutil
from pathlib import Path

import pytest

from schemas.reference_data import Reference
from schemas.reference_files import ReferenceFaults
from tests.support import ROOT


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        (
            "explanations/guangdong.yaml",
            ("source_id: gd_telecom_press", "source_id: gd_telecom"),
            "explanations/guangdong.yaml:16: source_id: found 'gd_telecom'; expected a source of sources/; "
            "did you mean 'gdca_telecom'?",
        ),
        (
            "explanations/guangdong.yaml",
            ("  source_id: gd_telecom_press\n  indicators: [FTTH_HOME_RATE]\n", ""),
            "nothing may cover a whole check",
        ),
        (
            "explanations/guangdong.yaml",
            ("areas: ['440100']", "areas: ['440109']"),
            "areas: found '440109'; expected an area of areas.csv",
        ),
        (
            "explanations/guangdong.yaml",
            ("check_name: out_of_bounds", "check: out_of_bounds"),
            "found the unknown field 'check'; expected a field of the model; did you mean 'check_name'?",
        ),
        (
            "identities.yaml",
            ("parts: [POST_VOL, TEL_VOL]", "parts: [POST_VOL, TEL_VOLUME]"),
            "found 'TEL_VOLUME'; expected an indicator of indicators/; did you mean 'TEL_VOL'?",
        ),
        (
            "identities.yaml",
            ("parts: [POST_VOL, TEL_VOL]", "parts: [POST_VOL, TEL_REV]"),
            "found revenue; expected volume_at_constant_prices, the measure_family of POSTTEL_VOL",
        ),
        ("identities.yaml", ("relation: at_most", "relation: at_least"), "'at_least'"),
    ],
)
def test_a_fault_is_told(tmp_path: Path, file: str, change: tuple[str, str], said: str) -> None:
    shutil.copytree(ROOT / "data" / "reference", tmp_path / "reference")
    path = tmp_path / "reference" / file
    text = path.read_text("utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change), "utf-8")
    with pytest.raises(ReferenceFaults) as refused:
        Reference.load(tmp_path / "reference")
    assert said in str(refused.value)


def test_a_clone_without_explanations_loads(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data" / "reference", tmp_path / "reference")
    shutil.rmtree(tmp_path / "reference" / "explanations")
    assert Reference.load(tmp_path / "reference").explanations == {}
