"""What comes from a file is bounded before it is read further, and whatever it holds, the refusal is a sentence."""

import json
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from audit.bounds import MOST_BYTES, MOST_DEPTH, MOST_JSON, MOST_PASTED, composed, contents, from_json
from audit.errors import Refused
from audit.past import csv_table, published_figures, scale_file, xlsx_table
from audit.past.result_rows import COLUMNS
from audit.past.table import lines_by_column
from audit.pasted import numbered
from bot import loading
from sheets.seals import fold


def refused(data: bytes) -> str:
    with pytest.raises(Refused) as refusal:
        from_json(data, "The file")
    return refusal.value.sentence


def nested(depth: int) -> bytes:
    return b'{"a": [' * (depth // 2) + b"1" + b"]}" * (depth // 2)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text('ab"\\[{', max_size=5), parts, max_size=3),
    max_leaves=8,
)


@given(JSON, st.sampled_from(["", "\ufeff"]), st.booleans())
def test_what_json_says_is_read(said: object, mark: str, ascii_only: bool) -> None:  # noqa: FBT001  # drawn
    assert from_json((mark + json.dumps(said, ensure_ascii=ascii_only)).encode(), "The file") == said


NEARLY = st.text('{}[]",:\\0123456789.eE-+ \x00\ud800NanIfityul', max_size=60)


@given(st.binary(max_size=100) | NEARLY.map(lambda text: text.encode(errors="surrogatepass")))
@example(b'"\\ud800"')
@example(b'{"a": "\\u0000"}')
@example(b'{"\\udfff": 1}')
@example(b"1e999")
@example(b"-1e999")
@example(b"1e-99999999999999999999")
@example(b"1e99999999999999999999")
@example(b"[NaN]")
@example(b"Infinity")
@example(b"7" * 5000)
@example(b'"' + b'\\"' * 5000)
@example(b'"\\')
@example(b"\xff\xfe[\x00]\x00")
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    with suppress(Refused):
        json.dumps(from_json(data, "The file"), default=str).encode()
        return
    assert refused(data).isprintable()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file isn't a JSON file in UTF-8."),
        (b"\xe9", "The file isn't a JSON file in UTF-8."),
        ('{"a": 1}'.encode("utf-16"), "The file isn't a JSON file in UTF-8."),
        (b"[\0]", "The file isn't a JSON file in UTF-8."),
        (nested(MOST_DEPTH + 2), "The file is nested more than 20 levels deep."),
        (b"[" * MOST_JSON, "The file is nested more than 20 levels deep."),
        (b'"' + b'\\"' * (MOST_JSON // 2 - 1) + b" ", "The file isn't a JSON file in UTF-8."),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', "The file names “c” twice in one place."),
        (b'{"\\u001b[31m": 1, "\\u001b[31m": 2}', "The file names “\ufffd[31m” twice in one place."),
        (b'{"' + b"a" * 1000 + b'": 1, "' + b"a" * 1000 + b'": 2}', f"names “{'a' * 40}” twice"),
        (b"[1e999]", "The file holds 1e999: that is no number, or one that is far too long or too large."),
        (b"[" + b"7" * 5000 + b"]", "too long or too large."),
        (b"[1e-99999999999999999999]", "too long or too large."),
        (b"[NaN]", "The file holds NaN: that is no number"),
        (b'["\\ud83d"]', "The file holds a character that can't be kept"),
        (b'{"a\\u0000": 1}', "The file holds a character that can't be kept"),
        (b'"' + b"x" * MOST_JSON, "The file is larger than 2 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_goes_beyond_a_bound_is_refused_with_the_bound(data: bytes, sentence: str) -> None:
    assert sentence in refused(data)


def test_up_to_the_bound_it_is_read() -> None:
    assert from_json(nested(MOST_DEPTH), "The file")
    assert from_json(b'"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\"[[["', "The file")
    assert from_json(b'"\\ud83d\\ude00"', "The file") == "\U0001f600"
    many = json.dumps({f"name {number}": number for number in range(50_000)})
    assert len(str(from_json(many.encode(), "The file"))) > 50_000


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("/nowhere", "/nowhere can't be read: No such file"), ("/", "Is a directory"), ("/dev/zero", "larger than 20 MB")],
)
def test_what_is_no_file_of_an_end_is_refused(path: str, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        contents(Path(path))
    assert sentence in refusal.value.sentence


def test_the_largest_file_is_read(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(MOST_BYTES)
    assert len(contents(tmp_path / "large")) == MOST_BYTES


def test_what_is_pasted_is_bounded() -> None:
    assert len(numbered("a\n" * (MOST_PASTED // 2))) == MOST_PASTED // 2
    with pytest.raises(Refused, match="At most 20,000 characters can be pasted at once, and this has 20,002"):
        numbered("a\n" * (MOST_PASTED // 2 + 1))


@given(st.text("aeo\u0301\u0308\u00e9 \n\uac00\u1100\u1161"))
def test_letters_are_composed(text: str) -> None:
    assert composed(text) == composed(composed(text)) == unicodedata.normalize("NFC", text)
    assert composed(long := f"{text} {'x' * 500} {text}") == unicodedata.normalize("NFC", long)


def test_marks_without_end_take_no_longer_than_other_characters() -> None:
    """A million on one letter: to put them in order would take minutes."""
    marks = "\u0323\u0301" * 500_000
    assert composed(f"e\u0301 e{marks}") == f"\u00e9 e{marks}"
    assert fold(f"e\u0301 e{marks}") == f"\u00e9 e{marks}"
    [(_, (case, _))] = csv_table.sheet(f"case,grade\ne\u0301 e{marks[:100_000]},x\n".encode(), {"case"}).rows
    assert case.startswith("\u00e9 e")


READERS: dict[str, Callable[[Path], object]] = {
    "cycle file": loading.read,
    "scale": lambda path: scale_file.read(contents(path)),
    "figures": lambda path: published_figures.read(contents(path)),
    "past audits": lambda path: lines_by_column(csv_table.sheet(contents(path), {*COLUMNS}), COLUMNS, ()),
    "a workbook of them": lambda path: xlsx_table.sheets(contents(path)),
}
HOSTILE = {
    "empty": b"",
    "a comma": b",",
    "NUL": b'{"a": "\0"}',
    "latin-1": b'{"a": "\xe9"}',
    "half a pair": b'{"a": "\\ud800"}',
    "deep": b"[" * 1_000_000,
    "an endless number": b"[" + b"9" * 5000 + b"]",
    "infinity": b'{"cases": 1e999}',
    "no number": b'{"cases": NaN}',
    "twice": b'{"cases": 1, "cases": 2}',
    "many names": b"{" + b",".join(b'"a%d": 1' % number for number in range(100_000)) + b"}",
    "many columns": b"a," * 1_000_000,
    "a workbook": b"PK\x03\x04" + b"\0" * 1000,
    "too large": b" " * (MOST_BYTES + 1),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("data", HOSTILE)
def test_every_reader_of_a_file_refuses_what_is_none_in_a_sentence(reader: str, data: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(HOSTILE[data])
    with pytest.raises(Refused) as refusal:
        READERS[reader](file)
    assert len(refusal.value.sentence) < 1000
    assert refusal.value.sentence.isprintable()
