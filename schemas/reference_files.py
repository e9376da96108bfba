"""Reads the files under data/reference into entries of their models; keeps what is wrong, with file, line and field."""

import csv
import difflib
import hashlib
import io
import typing
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from schemas import planning

Model = TypeVar("Model", bound=BaseModel)
Loc = tuple[str | int, ...]
"""A pydantic location: keys and indexes from the top of a document."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in a reference file."""

    file: str
    line: int
    field: str
    found: str
    expected: str
    close: str | None = None
    shown: str = ""
    """The text with a caret under the place, where a line is too coarse."""

    def __str__(self) -> str:
        hint = f"; did you mean {self.close!r}?" if self.close else ""
        shown = "".join(f"\n      {line}" for line in self.shown.splitlines())
        return f"{self.file}:{self.line}: {self.field}: found {self.found}; expected {self.expected}{hint}{shown}"


class ReferenceFaults(Exception):
    """Reference files that cannot be used; lists every fault found."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        lines = "\n".join(f"  {fault}" for fault in faults)
        super().__init__(f"参考数据有误 / the reference data cannot be used ({len(faults)}):\n{lines}")


def close_match(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to one that is not known."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return found[0] if found else None


class Loader:
    """Reads files of one folder, keeps the faults and the digest of all bytes, remembers lines."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[Fault] = []
        self.digest = hashlib.sha256()
        self.lines: dict[str, tuple[str, int]] = {}
        self.nodes: dict[str, tuple[yaml.Node | None, Loc]] = {}

    def names(self, pattern: str) -> list[str]:
        """The files of a pattern, sorted."""
        return sorted(p.relative_to(self.folder).as_posix() for p in self.folder.glob(pattern))

    def table(self, name: str, model: type[Model], *key: str, **constants: str) -> list[Model]:
        """The rows of a CSV file; `key` names the columns whose values together are unique."""
        text = self._read(name)
        if text is None:
            return []
        header, numbered = self._csv_lines(name, text)
        rows: list[Model] = []
        seen: dict[tuple[str, ...], int] = {}
        for line, cells in numbered:
            if len(cells) != len(header):
                self.faults.append(Fault(name, line, "row", f"{len(cells)} cells", f"{len(header)} cells"))
                continue
            filled = {k: (v if v != "" else None) for k, v in zip(header, cells, strict=True)}
            try:
                entry = model.model_validate({**filled, **constants})
            except ValidationError as error:
                self._take(name, model, error, partial(_always, line))
                continue
            identity = tuple(str(getattr(entry, k)) for k in key)
            if identity in seen:
                expected = f"one entry; the first is at line {seen[identity]}"
                self.faults.append(Fault(name, line, "identifier", repr(" ".join(identity)), expected))
                continue
            seen[identity] = line
            self.lines.setdefault(f"{name} {' '.join(identity)}", (name, line))
            rows.append(entry)
        return rows

    def _csv_lines(self, name: str, text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
        """The header and the numbered lines of a CSV file; none of them where it is broken, with the fault kept."""
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        numbered: list[tuple[int, list[str]]] = []
        before = 0
        try:
            for cells in reader:
                if cells:
                    numbered.append((before + 1, cells))
                before = reader.line_num
        except csv.Error as error:
            self.faults.append(Fault(name, before + 1, "row", str(error), "whole CSV"))
            return [], []
        if len(numbered) < 2:
            self.faults.append(Fault(name, 1, "file", "no rows", "a header and at least one row"))
            return [], []
        header = numbered[0][1]
        repeated = sorted({c for c in header if header.count(c) > 1})
        if repeated:
            self.faults.append(Fault(name, 1, "header", f"repeated columns {repeated}", "each column once"))
            return [], []
        return header, numbered[1:]

    def beside(self, file: str, model: type[Model], plan_id: str, *key: str) -> list[Model]:
        """The rows of a CSV file in this folder that belong to a plan; none where there is no such file."""
        return self.table(file, model, *key, plan_id=plan_id) if (self.folder / file).exists() else []

    def of_plans(self, plans: dict[str, planning.PlanEntry], file: str, model: type[Model], *key: str) -> list[Model]:
        """The rows of a CSV file that lies beside a plan; a plan may do without it."""
        found: list[Model] = []
        for plan_id in plans:
            if (self.folder / "plans" / plan_id / file).exists():
                found += self.table(f"plans/{plan_id}/{file}", model, *key, plan_id=plan_id)
        return found

    def documents(self, names: list[str], model: type[Model], key: Callable[[Model], str]) -> dict[str, Model]:
        """The entries of YAML files, each file one entry or a list of them."""
        found: dict[str, Model] = {}
        for name in names:
            for entry, node, place in self._entries(name, model):
                self._add(found, key(entry), entry, name, _line(node, place))
                self.nodes.setdefault(key(entry), (node, place))
        return found

    def place(self, owner: str, *loc: str | int) -> tuple[str, int]:
        """File and line of an entry, or of the part of it that a location leads to."""
        beside = owner.split("/", 2)[-1]  # a plan's own file, where only the plan is read
        file, line = self.lines.get(owner) or self.lines.get(beside) or (beside.split(" ", 1)[0], 1)
        if loc and owner in self.nodes:
            node, place = self.nodes[owner]
            line = _line(node, (*place, *loc))
        return file, line

    def document(self, name: str, model: type[Model]) -> Model | None:
        """The one entry of a YAML file."""
        return next((entry for entry, _, _ in self._entries(name, model)), None)

    def _add(self, found: dict[str, Model], key: str, entry: Model, name: str, line: int) -> None:
        if key in found:
            first_file, first_line = self.lines[key]
            self.faults.append(
                Fault(
                    name,
                    line,
                    "identifier",
                    repr(key),
                    f"one entry; the first is at {first_file}:{first_line}",
                )
            )
            return
        found[key] = entry
        self.lines[key] = (name, line)

    def _entries(self, name: str, model: type[Model]) -> Iterator[tuple[Model, yaml.Node | None, Loc]]:
        """Each entry, with the document's node and the entry's place in it."""
        text = self._read(name)
        if text is None:
            return
        try:
            reader = _Yaml(text)
            node = reader.get_single_node()
            self.faults.extend(_repeated_keys(name, node))  # before merge keys are put in their places
            data: Any = reader.construct_document(node) if node is not None else None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            self.faults.append(Fault(name, mark.line + 1 if mark else 1, "file", str(error.problem), "valid YAML"))
            return
        except yaml.reader.ReaderError as error:
            line = text[: error.position].count("\n") + 1
            self.faults.append(Fault(name, line, "file", f"the sign #x{error.character:04x}", "valid YAML"))
            return
        if data == []:
            self.faults.append(Fault(name, 1, "file", "no entries", "at least one entry"))
            return
        many = isinstance(data, list)
        for i, item in enumerate(data if many else [data]):
            place: Loc = (i,) if many else ()
            try:
                yield model.model_validate(item), node, place
            except ValidationError as error:
                self._take(name, model, error, partial(_line_under, node, place))

    def _read(self, name: str) -> str | None:
        path = self.folder / name
        try:
            content = path.read_bytes()
            text = content.decode("utf-8-sig")
        except FileNotFoundError:
            self.faults.append(Fault(name, 1, "file", "no such file", f"a file at {path}"))
            return None
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            self.faults.append(Fault(name, line, "file", repr(content[error.start : error.start + 4]), "UTF-8 text"))
            return None
        self.digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return text

    def _take(self, name: str, model: type[BaseModel], error: ValidationError, line_of: Callable[[Loc], int]) -> None:
        errors = error.errors(include_url=False)
        for e in errors:
            loc = e["loc"]
            if e["type"] == "too_short" and any(o["loc"][: len(loc)] == loc != o["loc"] for o in errors):
                continue
            found, expected, close = repr(e["input"])[:80], e["msg"], None
            if e["type"] == "extra_forbidden":
                found, expected = f"the unknown field {loc[-1]!r}", "a field of the model"
                close = close_match(str(loc[-1]), sorted(_fields_at(model, loc[:-1])))
            elif e["type"] == "missing":
                found, expected = "nothing", f"the field {loc[-1]!r}"
            elif e["type"] in ("enum", "literal_error"):
                choices = [c.strip(" '") for c in e["ctx"]["expected"].replace(" or ", ",").split(",")]
                close = close_match(str(e["input"]), choices)
            self.faults.append(Fault(name, line_of(loc), ".".join(map(str, loc)) or "entry", found, expected, close))


def _fields_at(model: type[BaseModel], loc: Loc) -> set[str]:
    """The fields that the part of a model may have to which a pydantic location leads."""
    models = {model}
    for part in loc:
        inner = {
            m for of in models if part in of.model_fields for m in _models_in(of.model_fields[str(part)].annotation)
        }
        models = inner or models
    return {name for of in models for name in of.model_fields}


def _models_in(annotation: object) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return {m for argument in typing.get_args(annotation) for m in _models_in(argument)}


class _Yaml(yaml.CSafeLoader):
    """Dates stay texts, so that a day that does not exist is told by its model with its line."""


_Yaml.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _line(node: yaml.Node | None, loc: Loc) -> int:
    """The line of the deepest node that a pydantic location leads to; parts that are no key are passed over."""
    named = node
    for part in loc:
        named = node
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            named = node = node.value[part]
        elif isinstance(node, yaml.MappingNode):
            named, node = next(((k, v) for k, v in node.value if k.value == str(part)), (node, node))
    return named.start_mark.line + 1 if named is not None else 1


def _line_under(node: yaml.Node | None, place: Loc, loc: Loc) -> int:
    return _line(node, (*place, *loc))


def _always(line: int, _loc: Loc) -> int:
    return line


def _repeated_keys(name: str, node: yaml.Node | None) -> Iterator[Fault]:
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _repeated_keys(name, child)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            word = str(key.value)
            if word in seen:
                yield Fault(name, key.start_mark.line + 1, word, "the key a second time", "each key once")
            seen.add(word)
            yield from _repeated_keys(name, value)
