"""What a check found, as people and machines read it: a table on the terminal, JSON, JUnit XML, a page in Markdown."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from enum import StrEnum
from itertools import groupby

from pipelines import console
from pipelines.checking import Checked, Finding

_PLACES, _LONGEST = 3, 200
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Format(StrEnum):
    """The forms in which a check's result is given."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"
    MARKDOWN = "markdown"


def show(checked: Checked, form: Format) -> None:
    """Writes what was found to the standard output."""
    if form is Format.TEXT:
        _show_text(checked)
    else:
        write: dict[Format, Callable[[Checked], str]] = {
            Format.JSON: as_json,
            Format.JUNIT: as_junit,
            Format.MARKDOWN: as_markdown,
        }
        console.emit(write[form](checked))


def verdict(checked: Checked) -> str:
    """One line: passed or failed, and what was counted."""
    refused = sum(f.refused for f in checked.stopping)
    said = (
        f"拒收 refused {refused} · 错误 errors {len(checked.stopping) - refused} · "
        f"待核实 open warnings {len(checked.warnings)} · 已说明 explained {len(checked.explained)}; "
        f"{len(checked.files)} files"
    )
    return f"未通过 failed: {said}" if checked.stopping else f"通过 passed: {said}"


def _show_text(checked: Checked) -> None:
    groups = _alike([*checked.stopping, *checked.warnings])
    if groups:
        console.table(
            "检查 check",
            ["规则 rule", "类型 kind", "n", "首例 first places: file, cell: text; formula; what to do"],
            [
                (
                    f"{f[0].rule}\n{f[0].zh}",
                    f"{f[0].kind.zh} {f[0].kind}\n{f[0].severity} {f[0].status}",
                    len(f),
                    "\n".join(_told(f)),
                )
                for f in groups
            ],
        )
    if checked.explained:
        console.say(f"已说明 explained, --format json lists them: {_counted(checked.explained)}")
    console.say(verdict(checked))


def _told(findings: list[Finding]) -> Iterator[str]:
    """The first places with their formulas, and what to do about them; a refusal says at each place what to do."""
    for f in findings[:_PLACES]:
        yield _place(f)
        yield from [f"  {f.said}"] if f.said else []
        yield from [f"→ {f.do_zh}", f"→ {f.do_en}"] if f.refused else []
    if len(findings) > _PLACES:
        yield f"… {len(findings) - _PLACES} more"
    if not findings[0].refused:
        yield from (f"→ {findings[0].do_zh}", f"→ {findings[0].do_en}")


def _place(finding: Finding) -> str:
    parts = [finding.file, finding.locator, finding.indicator_id, finding.area_code, finding.period]
    place = ", ".join(p for p in parts if p)
    text = f": {finding.text[:_LONGEST]}" if finding.text else ""
    return f"{place}{text}{'（由所报文件引起 caused by the files given）' if finding.caused else ''}"


def _alike(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings of one rule and status together: refusals, then what else stops a run, then warnings."""

    def kind(f: Finding) -> tuple[bool, bool, str, str]:
        return not f.refused, not f.stops, f.rule, f.status

    return [list(some) for _, some in groupby(sorted(findings, key=kind), key=kind)]


def _counted(findings: list[Finding]) -> str:
    return " · ".join(f"{rule} {sum(f.rule == rule for f in findings)}" for rule in sorted({f.rule for f in findings}))


def as_json(checked: Checked) -> str:
    """Everything that was found, for programs; `docs/checks.md` says what each field is."""
    found = {
        "passed": not checked.stopping,
        "counts": {
            "refused": sum(f.refused for f in checked.findings),
            "errors": sum(not f.refused for f in checked.stopping),
            "open": len(checked.warnings),
            "explained": len(checked.explained),
            "observations": checked.observations,
        },
        "files": [asdict(f) for f in checked.files],
        "rules": [
            {"rule": c.name, "kind": c.kind, "severity": c.severity, "zh": c.zh, "en": c.en} for c in checked.rules
        ],
        "findings": [asdict(f) for f in checked.findings],
    }
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def as_junit(checked: Checked) -> str:
    """JUnit's XML: a suite of files read, one of what must be put right, one of what may stand explained.

    A test case is a rule that found nothing, or a file and rule. What fails the check is a `failure`; a warning that
    nothing explains is `skipped`, for the form has no other state that pages show and that fails nothing.
    """
    suites: dict[str, list[ET.Element]] = {"intake 收数": [_read(checked, name) for name in _file_names(checked)]}
    for kind, rules in groupby(sorted(checked.rules, key=lambda c: (c.kind, c.name)), key=lambda c: c.kind):
        suites[f"{kind} {kind.zh}"] = [case for rule in rules for case in _judged(checked, rule.name)]
    root = ET.Element("testsuites", name="yuexin check")
    for name, cases in suites.items():
        root.append(suite := ET.Element("testsuite", name=name, tests=str(len(cases)), errors="0"))
        suite.extend(cases)
    for counted in (root, *root):
        counted.set("failures", str(len(counted.findall(".//failure"))))
        counted.set("skipped", str(len(counted.findall(".//skipped"))))
    root.set("tests", str(len(root.findall(".//testcase"))))
    root.set("errors", "0")
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False).join(
        ('<?xml version="1.0" encoding="UTF-8"?>\n', "\n")
    )


def _file_names(checked: Checked) -> list[str]:
    return list(
        dict.fromkeys([*(f.name for f in checked.files), *(f.file or "" for f in checked.findings if f.refused)])
    )


def _read(checked: Checked, name: str) -> ET.Element:
    return _case(name, "read", [f for f in checked.findings if f.refused and f.file == name])


def _judged(checked: Checked, rule: str) -> list[ET.Element]:
    of_rule = [f for f in checked.findings if f.rule == rule and not f.refused]
    names = sorted({f.file or "" for f in of_rule})
    return [_case(name, rule, [f for f in of_rule if (f.file or "") == name]) for name in names] or [
        _case("", rule, [])
    ]


def _case(file: str, rule: str, findings: list[Finding]) -> ET.Element:
    """A test case; each finding is a line of the text of its failure, of what is skipped, or of its output."""
    case = ET.Element("testcase", classname=_xml(file or "all files"), name=rule)
    stopping = [f for f in findings if f.stops]
    waiting = [f for f in findings if not f.stops and f.status == "open"]
    others = [f for f in findings if f not in stopping and f not in waiting]
    if stopping:
        failed = ET.SubElement(case, "failure", message=_message(stopping), type=stopping[0].severity)
        failed.text = _lines(stopping)
    if waiting and not stopping:
        ET.SubElement(case, "skipped", message=_message(waiting))
    output = others if stopping or not waiting else [*waiting, *others]
    if output:
        ET.SubElement(case, "system-out").text = _lines(output)
    return case


def _message(findings: list[Finding]) -> str:
    return _xml(f"{findings[0].severity} n = {len(findings)}: {_place(findings[0])} {findings[0].said or ''}")


def _lines(findings: list[Finding]) -> str:
    return _xml(
        "\n".join(
            f"{_place(f)}{' | ' + f.said if f.said else ''} | {f.explained_zh or f.do_zh} | {f.explained_en or f.do_en}"
            for f in findings
        )
    )


def _xml(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def as_markdown(checked: Checked) -> str:
    """A page for the comment of a pull request: the verdict, what asks for something, what is explained in a fold."""
    lines = [f"### {'❌' if checked.stopping else '✅'} {verdict(checked)}", ""]
    groups = _alike([*checked.stopping, *checked.warnings])
    if groups:
        lines += ["| 规则 rule | 类型 kind | n | 首例 first places | 处理 what to do |", "|---|---|---|---|---|"]
        lines += [*map(_row, groups), ""]
    if checked.explained:
        lines += [
            f"<details><summary>已说明 explained: {len(checked.explained)}</summary>",
            "",
            _counted(checked.explained),
            "",
            "</details>",
            "",
        ]
    return "\n".join(lines)


def _row(findings: list[Finding]) -> str:
    first = findings[0]
    places = "<br>".join(f"{_code(_place(f))}{' ' + _code(f.said) if f.said else ''}" for f in findings[:_PLACES])
    more = "<br>…" if len(findings) > _PLACES else ""
    todo = f"{_code(first.do_zh)}<br>{_code(first.do_en)}" if first.refused else f"{first.do_zh}<br>{first.do_en}"
    cells = (f"`{first.rule}`<br>{first.zh}", f"{first.kind.zh}<br>{first.severity} {first.status}", len(findings))
    return f"| {' | '.join(map(str, cells))} | {places}{more} | {todo} |"


def _code(text: str) -> str:
    """A text from a file as code: nothing in it is read as Markdown, as a mention or as HTML."""
    return f"`{' '.join(text.split()).replace('`', chr(39)).replace('|', chr(92) + '|')}`"
