"""Readers: from a file's bytes to cells with their places. What cannot be read is refused, never guessed."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass


class Unreadable(Exception):
    """A file that no reader can take: what was found, what was expected, in two languages."""

    def __init__(self, rule: str, found: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.rule = rule
        self.found = found
        self.zh = zh
        self.en = en


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: its number in the file (from 1) and its cells' texts."""

    number: int
    cells: tuple[str, ...]


def decode(content: bytes) -> str:
    """The text of a file: strict UTF-8 first (GB18030 takes UTF-8 bytes without an error), then GB18030.

    Raises:
        Unreadable: it is neither, ends inside a character, or holds NUL bytes (a workbook, an archive, a picture).
    """
    if b"\0" in content:
        raise Unreadable(
            "file.not_text",
            repr(content[:8]),
            "文件含有 NUL 字节，不是文本文件；请另存为 CSV（UTF-8 或 GB18030）后再交",
            "the file holds NUL bytes and is no text; save it as CSV (UTF-8 or GB18030) and send it again",
        )
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            failed = error
        if encoding == "utf-8-sig" and failed.reason == "unexpected end of data":
            raise Unreadable(
                "file.cut_off",
                repr(content[failed.start :]),
                "文件末尾的字符不完整；文件可能被截断，请重新导出",
                "the last character is not whole; the file may be cut off, export it again",
            )
    raise Unreadable(
        "file.encoding",
        f"{content[failed.start : failed.start + 8]!r} at byte {failed.start}",
        "既不是 UTF-8 也不是 GB18030 编码；请另存为 UTF-8 后再交",
        "neither UTF-8 nor GB18030; save it as UTF-8 and send it again",
    )


def read_csv(content: bytes) -> Iterator[Line]:
    """The lines of a CSV file, each with its number; cells are stripped of the blanks and tabs around them.

    Raises:
        Unreadable: it does not decode, is empty, or a quote is never closed; the last two only at the end.
    """
    reader = csv.reader(io.StringIO(decode(content), newline=""), strict=True)
    before, empty = 0, True
    try:
        for cells in reader:
            line = Line(before + 1, tuple(map(str.strip, cells)))
            empty = empty and not any(line.cells)
            yield line
            before = reader.line_num
    except csv.Error as error:
        raise Unreadable(
            "file.csv",
            f"line {before + 1}",
            f"第 {before + 1} 行起不是完整的 CSV（{error}）；文件可能被截断，请重新导出",
            f"from line {before + 1} on it is no whole CSV ({error}); it may be cut off, export it again",
        ) from error
    if empty:
        raise Unreadable("file.empty", "", "文件没有内容；请重新导出", "the file is empty; export it again")
