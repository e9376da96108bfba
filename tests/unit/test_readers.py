"""Readers: bytes to cells with their places; what cannot be read is refused in two languages."""

import pytest

from sources.readers import Line, Unreadable, decode, read_csv

BOM = b"\xef\xbb\xbf"


def _cells(content: bytes) -> list[tuple[str, ...]]:
    return [line.cells for line in read_csv(content)]


def _refusal(content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        list(read_csv(content))
    assert refused.value.zh
    assert refused.value.en == str(refused.value)
    return refused.value


@pytest.mark.parametrize(
    "content",
    [
        "地区,2017年\n广东省,1\n".encode(),
        BOM + "地区,2017年\n广东省,1\n".encode(),
        "地区,2017年\n广东省,1\n".encode("gb18030"),
        "地区,2017年\r\n广东省,1\r\n".encode("gb18030"),
        "地区,2017年\n广东省,1".encode("gb18030"),
        "\t地区\t,2017年\t\r\n广东省\t,1\t\r\n".encode("gb18030"),
        '"地区","2017年"\n"广东省","1"\n'.encode(),
    ],
    ids=["utf-8", "bom", "gb18030", "crlf", "no last line end", "tabs", "quoted"],
)
def test_one_table_in_every_encoding_is_the_same_cells(content: bytes) -> None:
    assert list(read_csv(content)) == [Line(1, ("地区", "2017年")), Line(2, ("广东省", "1"))]


@pytest.mark.parametrize("text", ["广东", "邮政业务总量", "数据库：分省年度数据"])
def test_utf8_that_would_also_decode_as_gb18030_is_read_as_utf8(text: str) -> None:
    assert text.encode().decode("gb18030", "replace") != text
    assert decode(text.encode()) == text


def test_utf8_bytes_valid_in_both_encodings_are_utf8() -> None:
    content = "广东".encode()
    assert content.decode("gb18030") == "骞夸笢"
    assert _cells(content) == [("广东",)]


def test_gb18030_takes_characters_that_gbk_lacks() -> None:
    assert _cells("㐀𠀀,1".encode("gb18030")) == [("㐀𠀀", "1")]


@pytest.mark.parametrize(
    ("content", "rule", "found"),
    [
        (b"PK\x03\x04\0\0", "file.not_text", "PK"),
        ("地区,1".encode("utf-16"), "file.not_text", "\\xff\\xfe"),
        (b"a,b\n1,\0\n", "file.not_text", "a,b"),
        (b"abc\xff\xff\xff", "file.encoding", "at byte 3"),
        ("广东".encode("gb18030") + b"\x81", "file.encoding", "at byte 4"),
        ("地区,1\n广".encode()[:-1], "file.cut_off", "\\xe5\\xb9"),
        (b'a,b\n1,"2\n3,4\n', "file.csv", "line 2"),
        (b'a,b\n1,2\n"3"x,4\n', "file.csv", "line 3"),
        (b"", "file.empty", ""),
        (BOM, "file.empty", ""),
        (b"\r\n\r\n", "file.empty", ""),
        (b" ,\t,\n,,\n", "file.empty", ""),
    ],
)
def test_what_is_no_csv_text_is_refused_by_its_rule(content: bytes, rule: str, found: str) -> None:
    refusal = _refusal(content)
    assert refusal.rule == rule
    assert found in refusal.found


def test_an_unclosed_quote_is_told_with_the_line_where_it_opens() -> None:
    refusal = _refusal(b'a,b\n1,"x\ny"\n2,"3\n4,5\n')
    assert refusal.found == "line 4"
    assert "第 4 行" in refusal.zh
    assert "line 4" in refusal.en


def test_a_quoted_line_break_keeps_the_line_numbers_of_the_file() -> None:
    content = b'a,b\n"one\ntwo\r\nthree",1\n\n"x",2\n"p\nq","r\ns"\nlast,3\n'
    numbered = [(line.number, line.cells[0]) for line in read_csv(content) if line.cells]
    assert numbered == [(1, "a"), (2, "one\ntwo\r\nthree"), (6, "x"), (7, "p\nq"), (10, "last")]


def test_blanks_and_tabs_around_cells_fall_away_and_those_inside_stay() -> None:
    assert _cells("\t广东省\t, 1 2 ,　全角　,\t\n".encode()) == [("广东省", "1 2", "全角", "")]


@pytest.mark.parametrize("text", ["n/a", "NA", "NULL", "nan", "None", "-", "…", "007", "1e5", "True"])
def test_no_text_is_taken_for_a_missing_or_another_value(text: str) -> None:
    assert _cells(f'{text},"{text}"\n'.encode()) == [(text, text)]


def test_quotes_and_commas_inside_a_cell_stay() -> None:
    assert _cells(b'"1,234","say ""a""",5"\n') == [("1,234", 'say "a"', '5"')]


def test_lines_of_unequal_length_stay_as_they_are() -> None:
    assert _cells(b"a,b\n1\n1,2,3\n") == [("a", "b"), ("1",), ("1", "2", "3")]
