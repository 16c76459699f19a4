"""The report as people write and sign it: its texts, its sign-offs, and how it becomes an issued one."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from audit.errors import Refused
from audit.report import contents, paragraphs, quantities, sign_off
from storage.cycles import Cycle
from storage.messages import MessageKind
from storage.people import Role, RoleKind
from storage.reports import Report, ReportParagraph
from tests.kit import managing
from tests.kit.forging import click, second_thought, send
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.posting import deliver_due, told
from tests.kit.pressing import COORDINATOR, acting, pressed, submitted
from tests.kit.publishing import WHY, checked
from tests.kit.reporting import answered, attempt, direct, file_of, posted, show

CHAIR, POLICE, AUTHORITY, BOARD, SCRUTINEER = "U0CHAIR", "U0SUPERINT", "U0DIRECTOR", "U0CAREBOARD", "U0SCRUTINY"
HALF = "Half of the plans were late."
SUMMARY = "Transitions are planned late.\n\nAgencies learn of plans from letters."


def places(play: Play, user: str = CHAIR) -> str:
    """Open the list of texts; what it says."""
    show(play, user)
    assert pressed(play, user, "paragraphs.show").ok
    return play.modal_text(user)


def edit(play: Play, key: str, user: str = CHAIR) -> str:
    """Open the form of a place from the list; what it says."""
    blocks = json.loads(play.modal_text(user))["blocks"]
    block = next(each["block_id"] for each in blocks if each.get("accessory", {}).get("value") == key)
    assert pressed(play, user, "paragraph.edit", block).ok
    return play.modal_text(user)


def faults(play: Play, user: str) -> dict[str, str]:
    return {field.partition("__")[0]: said for field, said in play.modal(user).field_errors.items()}


def read(play: Play, user: str, action: str, record: str) -> str:
    """Press a button about a version in one's messages; what somebody reads then."""
    return send(play.workspace, click(user, action, record)).body + play.modal_text(user)


def make(play: Play) -> str:
    """Make a version; its id."""
    show(play)
    assert pressed(play, COORDINATOR, "report.make").ok
    with play.reading() as session:
        return session.scalars(select(Report.id).order_by(Report.version.desc())).first() or ""


def last(play: Play, user: str) -> str:
    """What somebody's newest message from the app says, that isn't a document."""
    return str([each for each in play.workspace.messages[direct(play, user)] if not each.files][-1])


def refusal(play: Play, record: str) -> str:
    """What is said against issuing a version."""
    with play.sessions.begin() as session, pytest.raises(Refused) as refused:
        sign_off.issue(session, acting(play, COORDINATOR), record)
    return refused.value.sentence


def sign(play: Play, user: str, record: str, answer: str = "signed", **given: str) -> str:
    """Answer to a version from one's message; what the modal says then."""
    assert send(play.workspace, click(user, "signoff.decide", record)).ok
    assert submitted(play, user, answer=answer, **given).ok
    return play.modal_text(user)


def refused(play: Play) -> None:
    """Nothing is kept of what identifies somebody, names a case, or is nothing."""
    edit(play, "summary")
    for text, said in (
        ("NE1 1AA is where it began.", "a postcode"), ("In T2 East 1 nothing was done.", "names T2-EAST-01"),
        ("   ", "Write something"),
    ):  # fmt: skip
        assert submitted(play, CHAIR, text=text).ok
        assert said in faults(play, CHAIR)["text"]
    assert rows(play.sessions)["paragraphs"] == []


def two_at_once(play: Play) -> None:
    """The coordinator and the chair have it open; who saves last sees what the other wrote."""
    places(play, COORDINATOR)
    edit(play, "summary", COORDINATOR)
    edit(play, "summary")
    assert submitted(play, COORDINATOR, text=HALF).ok
    assert submitted(play, CHAIR, text="Mine.").ok
    said = play.modal_text(CHAIR)
    assert "This text was changed while you were writing" in said
    assert said.index(HALF) < said.index("Mine.")
    assert submitted(play, CHAIR, text=SUMMARY).ok, "having seen the other"
    for _ in range(2):
        edit(play, "summary", COORDINATOR)
        assert submitted(play, COORDINATOR, text=HALF).ok


@pytest.mark.on_sqlite
def test_texts_are_written_and_none_is_overwritten_unseen(play: Play) -> None:
    answered(play)
    assert f"{5 + len(play.board().themes)} places are still empty" in places(play)
    refused(play)
    assert submitted(play, CHAIR, text=SUMMARY).ok
    assert "Executive summary: saved." in play.modal_text(CHAIR)
    assert "Chair of the audit meeting, " in play.modal_text(CHAIR)
    two_at_once(play)
    assert [entry.detail for entry in entries(play.sessions, "paragraph.write")] == [
        f"summary version {number}" for number in (1, 2, 3, 4)
    ], "the same again is the same"
    said = edit(play, "summary", COORDINATOR)
    assert said.index(HALF) < said.index("What it said before") < said.index("Transitions are planned late")
    assert "plans were late" not in str(rows(play.sessions, but=frozenset())), "it is sealed"


def test_a_text_is_let_into_the_public_edition_by_name_and_words(play: Play) -> None:
    cycle_id = answered(play)
    theme = play.board().themes[0]
    places(play)
    for key, text in (("summary", HALF), (theme.theme_id, "Letters come late.")):
        edit(play, key)
        assert submitted(play, CHAIR, text=text).ok
    places(play, COORDINATOR)
    edit(play, "summary", COORDINATOR)
    assert "it says “Half”" in pressed(play, COORDINATOR, "paragraph.public").body + play.modal_text(COORDINATOR)
    places(play, COORDINATOR)
    edit(play, "summary", COORDINATOR)
    assert submitted(play, COORDINATOR, text=SUMMARY).ok
    edit(play, "summary", COORDINATOR)
    assert pressed(play, COORDINATOR, "paragraph.public").ok
    assert "It may appear in the public edition." in play.modal_text(COORDINATOR)
    assert "also in the public edition, as Coordinator decided" in places(play)
    assert "paragraph.public" not in edit(play, "summary"), "the chair writes, and doesn't publish"
    make(play)
    with play.sessions.begin() as session:
        said = contents.kept(session, session.scalars(select(Report)).one())
        assert said.written == {"summary": SUMMARY, f"theme:{theme.theme}": "Letters come late."}
        assert said.public_places == ("summary",)
        paragraph = session.scalars(select(ReportParagraph).where(ReportParagraph.place == "summary")).one()
        paragraphs.save(session, acting(play, CHAIR), cycle_id, "summary", paragraph.version, "Another.")
        assert paragraph.public_at is None, "it was decided of other words"
    show(play)
    assert pressed(play, COORDINATOR, "report.get").ok
    assert submitted(play, COORDINATOR, edition="public").ok
    assert "Awaited: Local authority, " in faults(play, COORDINATOR)["unsigned"]
    assert submitted(play, COORDINATOR, edition="public", unsigned=WHY).ok
    asked = checked(play)
    assert "It has these texts, each included by name*\\n• Executive summary" in asked
    assert theme.theme not in asked.partition("*It has these texts")[2]
    assert WHY in asked


def read_first(play: Play, user: str, record: str) -> None:
    """Who hasn't had a version sent to them can't sign it."""
    assert play.press_on_home(user, "signoff.decide", "signoff.decide").ok
    assert "I withdraw" not in play.modal_text(user), "nothing was said yet"
    assert submitted(play, user, answer="signed").ok
    assert "Please read it first" in faults(play, user)["answer"]
    assert pressed(play, user, "signoff.read").ok
    assert attempt(play, MessageKind.REPORT) is None
    [sent] = posted(play, direct(play, user))
    assert file_of(play, sent).name == "audit-2-report-v1.docx"
    assert [entry.subject_id for entry in entries(play.sessions, "report.read")] == [record]


def recorded(play: Play, record: str) -> None:
    """A coordinator records what the scrutineer said by letter."""
    show(play)
    pressed(play, COORDINATOR, "signoff.show")
    assert "Awaited: Independent scrutineer." in play.modal_text(COORDINATOR)
    assert pressed(play, COORDINATOR, "signoff.record").ok
    with play.reading() as session:
        made = session.get_one(Report, record).made_at.date()
    good = {"party": "scrutineer", "words": "The scrutineer, by letter", "day": made.isoformat(), "answer": "signed"}
    for field, given in (
        ("day", (made + timedelta(days=9)).isoformat()), ("day", "2020-01-01"), ("words", "Ring 07700 900123"),
        ("answer", "taken_back"),
    ):  # fmt: skip
        assert submitted(play, COORDINATOR, **{**good, field: given}).ok
        assert set(faults(play, COORDINATOR)) == {field}
    sent = submitted(play, COORDINATOR, **good)
    assert "Recorded by Coordinator" in play.modal_text(COORDINATOR)
    before, again = rows(play.sessions), second_thought(play.workspace, sent, party="for_police").body
    assert "or you for another" in again
    assert "The scrutineer, by letter" in again, "as it is recorded"
    assert rows(play.sessions) == before


def changed(play: Play, origin: str) -> str:
    """Something of the report is different, so that another version is made, which is said first; its id."""
    with play.sessions.begin() as session:
        session.scalars(select(Cycle)).one().origin = origin
    assert "everybody has to sign it again" in show(play)
    return make(play)


def another(play: Play, record: str) -> None:
    """Somebody who gets the role later is asked then; a form that is older than what was said is shown again."""
    with play.sessions.begin() as session:
        other = acting(play, "U0YOT").person_id
        session.add(Role(person_id=other, kind=RoleKind.FOR_POLICE))
    deliver_due(play, MessageKind.SIGN_OFF)
    assert "U0YOT" in told(play, MessageKind.SIGN_OFF)
    assert send(play.workspace, click("U0YOT", "signoff.decide", record)).ok
    sign(play, POLICE, record, "changes", words="The scoring chapter lacks our reasons.")
    assert submitted(play, "U0YOT", answer="changes", words="Nothing but the title.").ok
    said = play.modal_text("U0YOT")
    assert "Meanwhile, somebody answered for this partner" in said
    assert "lacks our reasons" in said


def renamed(play: Play, record: str) -> None:
    """The audit is called otherwise while somebody has the form open: they sign no old title without having read so."""
    read(play, AUTHORITY, "signoff.read", record)
    assert send(play.workspace, click(AUTHORITY, "signoff.decide", record)).ok
    managing.described(play, title="Audit 2, Adulthood", origin="Data.")
    assert submitted(play, AUTHORITY, answer="signed").ok
    said = play.modal_text(AUTHORITY)
    assert "or the report changed. Look, then send again." in said
    assert "The audit's title and origin are newer than this version, which doesn't have them. Ask the coord" in said
    managing.described(play, title="Audit 2, Transitions", origin="A recommendation.")


@pytest.mark.both_databases
def test_a_version_is_signed_by_all_and_issued(play: Play) -> None:
    answered(play)
    record = make(play)
    assert "Nobody has asked" in read(play, POLICE, "signoff.show", record)
    show(play)
    assert pressed(play, COORDINATOR, "signoff.show").ok
    assert pressed(play, COORDINATOR, "signoff.ask").ok
    deliver_due(play, MessageKind.SIGN_OFF)
    assert told(play, MessageKind.SIGN_OFF) == {POLICE, AUTHORITY, BOARD, SCRUTINEER}
    assert "*Audit 2, Transitions* · *report, version 1*\\nIt awaits your sign-off (Police)" in last(play, POLICE)
    read_first(play, POLICE, record)
    for words in ("", "Ring 07700 900123."):
        sign(play, POLICE, record, "changes", words=words)
        assert set(faults(play, POLICE)) == {"words"}
    another(play, record)
    assert "asks for changes" in play.modal_text(POLICE)
    renamed(play, record)
    deliver_due(play, MessageKind.SIGN_OFF)
    deliver_due(play, MessageKind.SIGN_OFF_SAID)
    asked_again = "Changes are asked for (Police). The coordinators will make a new version, and you will be asked"
    assert asked_again in last(play, POLICE)
    assert play.person(POLICE).open_home().ok
    assert "Changes are asked for. The coordinators will make" in str(play.person(POLICE).home())
    assert "Police: Police superintendent asks for changes." in last(play, COORDINATOR)
    assert "our reasons" not in str(rows(play.sessions, but=frozenset())), "it is sealed"
    for user in (AUTHORITY, BOARD, POLICE):
        read(play, user, "signoff.read", record)
        said = sign(play, user, record)
        assert "✅ signed on" in said
        assert "You have signed this version off." in said
        assert "Change your answer" in said
    assert "Your answer is withdrawn." in sign(play, POLICE, record, "taken_back")
    assert "✅ signed on" in sign(play, POLICE, record)
    recorded(play, record)
    assert pressed(play, COORDINATOR, "report.issue").ok
    assert "It is issued." in play.modal_text(COORDINATOR)
    assert "is issued: its sign-offs stand" in read(play, POLICE, "signoff.decide", record)
    deliver_due(play, MessageKind.SIGN_OFF)
    assert "Issued " in last(play, POLICE)
    assert "*issued*" in show(play)
    again = changed(play, "An inspection.")
    assert "Nobody has asked" in read(play, POLICE, "signoff.show", again)
    show(play)
    pressed(play, COORDINATOR, "signoff.show")
    pressed(play, COORDINATOR, "signoff.ask")
    assert "can't be issued yet" in refusal(play, again)
    deliver_due(play, MessageKind.SIGN_OFF)
    assert "awaits your sign-off (Local authority)" in last(play, AUTHORITY)
    changed(play, "Data.")
    deliver_due(play, MessageKind.SIGN_OFF)
    assert "There is a newer version, and its sign-offs start again." in last(play, AUTHORITY)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("All of the children were seen.", "All of the children"), ("In 2026 agencies wrote late.", ""),
        ("They told one another.", ""), ("One was late.", "One"), ("7 of 15", "7"), ("½ of it", "½"),
        ("no child should wait", "no child"), ("Practice in East was poor.", "East"), ("It is central.", ""),
        ("All looked-after children wait.", "All looked-after children"), ("Nobody was asked.", "Nobody"),
        ("None of them was asked.", "None of them"), ("It was INADEQUATE.", "INADEQUATE"), ("a tenth", "a tenth"),
        ("It Requires\n improvement.", "Requires improvement"), ("no plan for children", ""), ("a couple", "couple"),
        ("It was Inadequate.", "Inadequate"), ("Both agencies wrote.", ""), ("per cent", "per cent"), ("٣ cases", "3"),
    ],
)  # fmt: skip
def test_what_a_text_for_the_public_may_not_tell(text: str, told: str) -> None:
    assert quantities.first_in(text, ("Inadequate", "East", "Central", "Requires improvement")) == told
