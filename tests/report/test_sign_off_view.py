"""The forms of texts and sign-offs within Slack's limits; and which texts an edition has."""

from dataclasses import replace

from audit.findings.earlier_text import Earlier, Rewordings
from audit.report import publishable
from audit.report.contents import Contents, Theme
from audit.report.paragraphs import CHAPTERS, OpenText, PlaceText, ReportPlace, Writing
from audit.report.public_facts import NAMES
from audit.report.publishable import Publishable
from audit.report.sign_off_form import PartnersPart, SignOffForm
from audit.report.sign_off_status import PARTIES, GivenSignOff, SignOff, VersionStanding
from audit.report.written_since import NOTHING, NewerThanVersion
from audit.underway.description_change import REPORTED
from sandbox.slack.checks import problems
from tests.kit import models, random_reports, reading
from tests.kit.models import NOW, label
from tests.kit.random_reports import AREAS, judged, line
from views.report import paragraphs, sign_off
from views.report.editions import document

LONG = label("W", 3000)
TEXT = PlaceText("t" * 32, LONG, 7, label("B", 80), NOW, public=True, public_by=label("C", 80))
MOST = NewerThanVersion(1, 999, REPORTED)
WRITING = Writing("c" * 32, 2, label("T", 100), NOW, (
    *(ReportPlace(key, text=TEXT) for key in CHAPTERS),
    *(ReportPlace(f"{n:032}", label("L", 75), TEXT if n % 2 else None) for n in range(100)),
    ReportPlace("0" * 32, label("L", 75), TEXT, label("M", 75)), ReportPlace("1" * 32, label("L", 75), TEXT, ""),
))  # fmt: skip
OPEN = OpenText(
    "c" * 32, WRITING.places[0], LONG, 7, NOW, Rewordings((Earlier(LONG, label("B", 80), NOW),) * 5, 9, NOW),
    coordinates=True, again=True,
)  # fmt: skip


def signing(answer: str = "changes", **given: object) -> SignOffForm:
    """A version to which every partner gave this answer."""
    words, by = label("W", 1000), label("B", 80)
    said = tuple(
        PartnersPart(
            party,
            name,
            (by,) * 30,
            GivenSignOff(party, answer, by, "b", NOW.date(), NOW, words, outside=answer == "signed"),
        )
        for party, name in PARTIES.items()
    )
    signed = tuple(SignOff(name, label("W", 150), NOW.date()) for name in PARTIES.values())
    stands = VersionStanding("approved", signed, ()) if answer == "signed" else VersionStanding("draft")
    found = SignOffForm(
        "r" * 32, "c" * 32, 2, label("T", 100), 99, NOW, NOW, final=True, newer=0, since=NOTHING, asked_at=NOW,
        standing=stands, issued_at=None, issued_by="", parts=said, mine=tuple(PARTIES), coordinates=True,
        was_read=False, mark="m" * 32,
    )  # fmt: skip
    return replace(found, **given)  # type: ignore[arg-type]


def test_the_forms_and_messages_fit() -> None:
    for page in range(3):
        assert problems(paragraphs.view(WRITING, page, notice="Saved."), "modal") == []
    first = str(paragraphs.view(WRITING))
    assert "50 places are still empty" in first
    for opened in (OPEN, replace(OPEN, again=False), replace(OPEN, place=WRITING.places[6], typed="", base=0)):
        assert problems(paragraphs.form(opened), "modal") == []
    for answer in ("changes", "signed", "taken_back"):
        for found in (signing(answer), signing(answer, asked_at=None), signing(answer, newer=100, since=MOST)):
            for view in (sign_off.view(found), sign_off.deciding(found), sign_off.recording(found)):
                assert problems(view, "modal") == []
            for content in (
                sign_off.request(found),
                sign_off.answer_message(found, signing(answer).parts[0].said or _never()),
            ):
                assert problems(content.blocks, "message") == []
    assert "Issue it" in str(sign_off.view(signing("signed")))
    how = "Then press *Make a new version*"
    assert how in str(sign_off.view(signing()))
    assert not [each for each in (signing("signed"), signing(coordinates=False)) if how in str(sign_off.view(each))]
    for since, told in (
        (NewerThanVersion(1, 2), "1 recommendation and 2 texts are newer than this version, which doesn't have them."),
        (NewerThanVersion(0, 0, ("period",)), "The audit's period is newer than this version, which doesn't have it."),
        (MOST, "1 recommendation, 999 texts, the audit's title, theme, origin and period are newer than this version,"),
    ):
        for draw in (sign_off.view, sign_off.deciding):
            assert told in reading.everything(draw(signing(since=since)))
    for draw in (sign_off.view, sign_off.deciding):
        assert "newer than this" not in str(draw(signing(newer=100, since=NewerThanVersion(1, 2))))
    assert "· not asked yet" in str(sign_off.view(signing("taken_back", asked_at=None)))
    assert "Issue it" not in str(sign_off.view(signing("signed", newer=100)))


def _never() -> GivenSignOff:
    raise AssertionError


def few() -> Contents:
    """A report on three cases, all ratified."""
    whole = models.case([line("Police", "good", "other")], judged("good", "other"))
    return random_reports.of(tuple(replace(whole, area=area, reference=f"T9-{n}-Z") for n, area in enumerate(AREAS)))


def test_what_isnt_signed_by_all_says_on_every_page_that_it_is_a_draft() -> None:
    feet = [
        document(few(), "full", 3, NOW, standing=VersionStanding(stage)).foot
        for stage in ("draft", "approved", "issued")
    ]
    assert [foot.partition("version 3")[2] for foot in feet] == [" · DRAFT", "", ""]


def test_where_the_themes_are_not_named_no_text_names_one() -> None:
    said = few()
    theme = Theme("Late letters", (), 3, recommended=True, past=None)
    texts = {"summary": "Plans come late.", "scoring": "As LATE LETTERS show.", "themes": "They recur.",
             "theme:Late letters": "Letters come late.", "next_steps": "Not for all."}  # fmt: skip
    said = replace(said, themes=(theme,), written=texts, public_places=tuple(texts)[:4])
    assert publishable.texts(said, None) == texts
    assert list(publishable.texts(said, Publishable(frozenset({NAMES})))) == [*texts][:4]
    assert list(publishable.texts(said, Publishable(frozenset()))) == ["summary"]
