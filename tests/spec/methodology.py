"""Renders the worked cases, the code lists and the oracle's counts to docs/methodology, in English and in Chinese.

`python -m tests.spec.methodology` (part of `make generate`) writes the files; a test holds them against this.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import duckdb
import yaml

from pipelines import oracle
from schemas import codes
from schemas.columns import Table
from tests.spec.cases import Asked, Case, Given, Section, Text, code_list_of, column_of, read_table, sections
from tests.support import ROOT, built, make_workspace, take

Language = Literal["zh", "en"]
FILES: dict[Language, str] = {"en": "methodology.md", "zh": "methodology.zh.md"}
CODE_LISTS = (codes.Reason, codes.Agreement, codes.QuotedFrom, codes.Comparison, codes.Method, codes.Verdict)
_CHINESE = "[\u3000-\u9fff\uff00-\uffef]"
_SAID = yaml.safe_load((Path(__file__).with_suffix(".yaml")).read_text("utf-8"))
_FILES_TRIED = [(Text(**entry["file"]), Text(**entry["read"])) for entry in _SAID.pop("agencies_files")]
WORDS = {name: Text(**said) for name, said in _SAID.items()}


def rendered(language: Language, compared: list[oracle.Compared]) -> str:
    """The document in one language."""
    parts = [f"# {_word('title', language)}", _word("about", language), f"## {_word('contents', language)}"]
    titles = [(s.section, _in(s.title, language)) for s in sections()]
    titles += [("codes", _word("codes", language)), ("oracle", _word("oracle", language))]
    parts.append("\n".join(f"- [{title}](#{anchor})" for anchor, title in titles))
    for section in sections():
        parts += _section(section, language)
    parts += _codes(language)
    parts += _oracle(language, compared)
    return "\n\n".join(parts) + "\n"


def _section(section: Section, language: Language) -> Iterator[str]:
    yield f'<a id="{section.section}"></a>\n\n## {_in(section.title, language)}'
    yield _in(section.intro, language)
    if section.formulas:
        yield f"**{_word('formulas', language)}**"
        yield "\n".join(f"- {_in(formula, language)}" for formula in section.formulas)
    for case in section.cases:
        yield from _case(case, language)


def _case(case: Case, language: Language) -> Iterator[str]:
    yield f'<a id="{case.id}"></a>\n\n### {_in(case.title, language)}'
    about = [_in(case.teaches, language)]
    if case.made_up:
        about.append(_word("made_up", language))
    if case.cited:
        about.append(_word("cited", language) + _in(case.cited, language))
    yield "\n".join(about)
    declared = {
        k: list(v)
        for k, v in (("sources", case.sources), ("indicators", case.indicators), ("targets", case.targets))
        if v
    }
    if declared:
        yield f"**{_word('declared', language)}**"
        yield f"```yaml\n{yaml.safe_dump(declared, allow_unicode=True, sort_keys=False, width=120)}```"
    for given in case.given:
        yield from _given(given, language)
    if case.assessed_on:
        yield f"**{_word('assessed_on', language)}** {case.assessed_on}"
    for asked in case.asked:
        yield from _asked(asked, language)


def _given(given: Given, language: Language) -> Iterator[str]:
    said = [f"{_word('file', language)} `{given.file}*.csv`"]
    if given.released_on:
        said.append(f"{_word('released_on', language)} {given.released_on}")
    if given.every:
        facts = ", ".join(f"{_name(k, None, language)} {_cell(k, v, None, language)}" for k, v in given.every.items())
        said.append(f"{_word('every', language)}: {facts}")
    yield f"**{_word('given', language)}** {' · '.join(said)}"
    if given.text is not None:
        yield f"```text\n{given.text}```"
    else:
        yield _table(given.rows, None, language)


def _asked(asked: Asked, language: Language) -> Iterator[str]:
    if asked.sql is None:
        where = f" where {asked.where}" if asked.where else ""
        yield f"**{_word('asked', language)}** `{asked.table}{where}`"
    else:
        yield f"**{_word('asked', language)}**\n\n```sql\n{asked.sql}\n```"
    yield _table(asked.rows, asked.model, language) if asked.expected else _word("nothing", language)


def _table(text: str, model: type[Table] | None, language: Language) -> str:
    rows = read_table(text)
    return _markdown(
        [_name(name, model, language) for name in rows[0]],
        ([_cell(name, cell, model, language) for name, cell in row.items()] for row in rows),
    )


def _markdown(header: list[str], rows: Iterable[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _name(name: str, model: type[Table] | None, language: Language) -> str:
    column = column_of(name, model)
    return column.column.zh_name if column is not None and language == "zh" else name


def _cell(name: str, cell: str, model: type[Table] | None, language: Language) -> str:
    code_list = code_list_of(name, model)
    if language == "en" or code_list is None or not cell:
        return cell
    return f"{code_list.of(cell).zh} {cell}"


def _codes(language: Language) -> Iterator[str]:
    yield f'<a id="codes"></a>\n\n## {_word("codes", language)}'
    for code_list in CODE_LISTS:
        yield f"### {code_list.__name__}"
        header = [_word(w, language) for w in ("code", "name", "meaning", "shown_in")]
        rows = ([f"`{m.value}`", m.zh, m.en, ", ".join(_shown_in(m, language))] for m in code_list)
        yield _markdown(header, rows)


def _shown_in(code: codes.Code, language: Language) -> Iterator[str]:
    for section in sections():
        for case in section.cases:
            if code in shown_codes(case):
                yield f"[{_in(case.title, language)}](#{case.id})"


def shown_codes(case: Case) -> set[codes.Code]:
    """The codes that a case's results show, in columns of their lists."""
    shown: set[codes.Code] = set()
    for asked in case.asked:
        for row in asked.expected:
            for name, cell in row.items():
                code_list = code_list_of(name, asked.model)
                if code_list is not None and cell:
                    shown.add(code_list.of(cell))
    return shown


def _oracle(language: Language, compared: list[oracle.Compared]) -> Iterator[str]:
    yield f'<a id="oracle"></a>\n\n## {_word("oracle", language)}'
    yield _word("oracle_about", language)
    counted = [zh if language == "zh" else en for zh, en in oracle.COUNTED]
    rows = ([source, series, *map(str, row.counts)] for source, series, row in oracle.lines(compared))
    yield _markdown([_word("source", language), _word("series", language), *counted], rows)
    yield f"### {_word('agencies', language)}"
    yield _word("agencies_about", language)
    yield "\n".join(f"- {_in(file, language)}: {_in(read, language)}" for file, read in _FILES_TRIED)


def _word(name: str, language: Language) -> str:
    return _in(WORDS[name], language)


def _in(text: Text, language: Language) -> str:
    """The text in a language; between Chinese characters a line break of its YAML leaves no blank."""
    return re.sub(rf"(?<={_CHINESE}) (?={_CHINESE})", "", text.zh) if language == "zh" else text.en


def main() -> None:
    """Writes both documents, with the oracle's counts of the figures that ship."""
    with TemporaryDirectory() as folder:
        workspace = make_workspace(Path(folder), figures=True)
        take(workspace)
        with built(workspace) as connection:
            write(connection, ROOT / "docs")


def write(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Writes both documents into a folder, with the oracle's counts of a warehouse or publish."""
    compared = oracle.compared(connection)
    for language, name in FILES.items():
        (folder / name).write_text(rendered(language, compared), "utf-8")


if __name__ == "__main__":
    main()
