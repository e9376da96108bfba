"""Pages of a publish: they open without a network and say all that there is to say."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipelines.dictionary import DICTIONARY_PAGE
from pipelines.pages import page, table
from pipelines.publishing import MANIFEST
from schemas.codes import CODE_LISTS
from schemas.registry import PUBLISHED


class _Read(HTMLParser):
    """Tags opened and closed, identifiers, links, texts of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = dict(attributes)
        self.tags.add(tag)
        self.ids += [said["id"] or ""] if "id" in said else []
        self.links += [v or "" for k, v in attributes if k in ("href", "src", "action")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def html(database: Path) -> str:
    return (database.parent / DICTIONARY_PAGE).read_text("utf-8")


def test_the_dictionary_lies_in_the_publish_and_in_its_manifest(database: Path) -> None:
    manifest = json.loads((database.parent / MANIFEST).read_text("utf-8"))
    assert manifest["files"][DICTIONARY_PAGE]["bytes"] == (database.parent / DICTIONARY_PAGE).stat().st_size


def test_the_page_is_whole_and_needs_nothing_from_elsewhere(html: str) -> None:
    read = _Read(html)
    assert read.open == []
    assert not read.tags & {"script", "link", "img", "iframe"}
    assert not re.search(r"https?:|url\(|@import", html)
    assert {link.removeprefix("#") for link in read.links} == set(read.ids)
    assert len(read.ids) == len(set(read.ids))
    assert '<meta charset="utf-8">' in html and 'name="viewport"' in html


def test_the_dictionary_names_every_table_column_and_code(html: str) -> None:
    sections = dict(re.findall(r'<section id="([^"]+)">(.*?)</section>', html, re.DOTALL))
    for made in PUBLISHED:
        shown = _Read(sections[made.info.name]).text
        for column in made.columns():
            assert column.name in shown and column.column.zh_name in shown and column.column.en in shown
    for codes in CODE_LISTS:
        shown = _Read(sections[f"codes-{codes.__name__}"]).text
        assert all(m.value in shown and m.zh in shown and m.en in shown for m in codes)


def test_texts_are_escaped_in_titles() -> None:
    assert "<title>1 &lt; 2 · a &amp; b</title>" in page("1 < 2", "a & b", "", "", table(["a"], [["<b>c</b>"]]))
