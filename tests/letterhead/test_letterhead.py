"""The partnership's name, logo and Word template, set in Slack; and the next report, which looks like that."""

import base64
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier

import pytest
from PIL import Image
from sqlalchemy import select

from audit.errors import Refused
from audit.letterhead import current
from audit.report import issue
from storage.letterheads import LetterheadVersion
from storage.messages import MessageKind
from tests.kit.handing import handed
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, acting, submitted
from tests.kit.publishing import ask
from tests.kit.reporting import answered, attempt, direct, file_of, opened, posted, words
from tests.letterhead.test_templates import saying

BOARD = "Northshire Safeguarding Children Partnership"


def logo() -> bytes:
    kept = BytesIO()
    Image.new("RGB", (300, 100), "navy").save(kept, "PNG")
    return kept.getvalue()


def change(play: Play, *gone: str, name: str = BOARD, **files: bytes) -> str:
    """Send the form; what is shown then, or said at its fields."""
    given = {part: [handed(play, data, f"ours.{part}", f"F0{part.upper()}")] for part, data in files.items()}
    assert play.press_on_home(COORDINATOR, "letterhead.show", "Letterhead").ok
    more = {"gone": list(gone)} if gone else {}
    sent = submitted(play, COORDINATOR, name=name, **given, **more)
    assert sent.ok or play.send(COORDINATOR).ok, "where the machine is slow, sent again: the same is the same"
    modal = play.modal(COORDINATOR)
    said = "".join(f"{field}: {sentence}" for field, sentence in modal.field_errors.items())
    return said or play.modal_text(COORDINATOR)


def kept(play: Play) -> list[tuple[str, int, bool]]:
    with play.reading() as session:
        rows = session.scalars(select(LetterheadVersion).order_by(LetterheadVersion.part, LetterheadVersion.number))
        return [(row.part, row.number, row.content is not None) for row in rows]


def test_a_report_bears_what_a_coordinator_set(play: Play) -> None:
    cycle_id = answered(play)
    said = change(play, logo=logo(), template=saying("Ours: {{ partnership }}, {{ stage }}."))
    assert "The next documents look like this:" in said
    assert BOARD in said
    stands = [("logo", 1, True), ("name", 1, True), ("template", 1, True)]
    assert kept(play) == stands
    change(play, logo=logo())
    assert kept(play) == stands, "the same again is the same"
    assert [entry.detail for entry in entries(play.sessions, "letterhead.change")] == [
        "name 1 set", "logo 1 set", "template 1 set",
    ]  # fmt: skip
    with play.sessions.begin() as session:
        issue.make(session, acting(play, COORDINATOR), cycle_id)
    assert ask(play, 1, "full") == ""
    assert attempt(play, MessageKind.REPORT) is None
    [shared] = posted(play, direct(play, COORDINATOR))
    word = opened(base64.b64decode(file_of(play, shared).data))
    assert f"Ours: {BOARD}, Draft." in words(word)
    assert word.sections[0].header.paragraphs[0].text == BOARD
    assert word.element.xpath("(.//wp:docPr)[1]/@descr")[0] == f"Logo: {BOARD}"
    change(play, "template", "logo")
    assert set(kept(play)) - set(stands) == {("template", 2, False), ("logo", 2, False)}


def test_what_cant_be_used_is_said_at_its_field_and_nothing_is_kept(play: Play) -> None:
    play.load()
    assert "template: The template has a field that there isn't: “nobody”." in change(
        play, template=saying("{{ nobody }}")
    )
    both = change(play, logo=b"no picture", template=b"no document")
    assert "logo: The logo isn't a PNG or JPEG picture." in both
    assert "template: This isn't a Word document" in both
    assert "logo: That file is larger than 1 MB" in change(play, logo=bytes(1_000_001))
    assert "name: " in change(play, name="Ring 07700 900123")
    with play.sessions.begin() as session, pytest.raises(Refused, match="a phone number in the name"):
        current.put(session, {"name": "Ring 07700 900123"})
    assert kept(play) == []
    change(play, logo=logo())
    assert "gone: Either choose a logo or take it away." in change(play, "logo", logo=logo())
    assert kept(play) == [("logo", 1, True), ("name", 1, True)]


def test_who_comes_second_gets_the_form_back(play: Play) -> None:
    play.load()
    assert play.press_on_home(COORDINATOR, "letterhead.show", "Letterhead").ok
    with play.sessions.begin() as session:
        current.put(session, {"name": "The first"})
    assert submitted(play, COORDINATOR, name="The second").ok
    shown = play.modal_text(COORDINATOR)
    assert "This was changed since you opened it." in shown
    assert "The second" in shown
    assert kept(play) == [("name", 1, True)]
    assert submitted(play, COORDINATOR, name="The second").ok
    assert kept(play) == [("name", 1, True), ("name", 2, True)]


@pytest.mark.on_sqlite
def test_of_several_at_once_one_is_kept_and_the_others_are_told(play: Play) -> None:
    play.load()

    who, together = acting(play, COORDINATOR), Barrier(3)

    def named(number: int) -> bool | str:
        together.wait()
        try:
            with play.sessions.begin() as session:
                return current.save(session, who, 0, f"Name {number}", {}, ()).done
        except Refused as refused:
            return refused.sentence

    with ThreadPoolExecutor(3) as pool:
        said = list(pool.map(named, range(3)))
    assert said.count(True) == 1
    assert {each for each in said if isinstance(each, str)} <= {current.AT_ONCE}
    assert kept(play) == [("name", 1, True)]
