"""What is written, signed and sent of a report, as two people have it open."""

import json
from collections.abc import Iterator

from sqlalchemy import select

from storage.cycles import Cycle
from storage.publications import Publication
from storage.reports import Report
from tests.kit import publishing
from tests.kit.play import Play
from tests.kit.pressing import asked, pressed
from tests.two.forms import Opens, Raced, Then, by, nothing

POLICE, MEANWHILE = "U0SUPERINT", "Meanwhile, somebody answered for this partner"
THEN = {
    **dict.fromkeys(("paragraph.save", "signoff.recorded", "signoff.given"), Then.TOLD),
    **dict.fromkeys(("paragraph.public", "paragraph.inside", "report.make", "report.send"), Then.ONCE),
    **dict.fromkeys(("signoff.ask", "report.release", "report.issue"), Then.ONCE),
    **dict.fromkeys(("report.brief", "report.got", "signoff.read"), Then.ANEW),
    "report.recorded": Then.BESIDE,
}


def rows(play: Play) -> Iterator[tuple[str, Raced]]:
    with play.reading() as session:
        cycle = session.scalars(select(Cycle.id)).one()
    summary = _text(cycle, "summary")
    yield (
        "paragraph.save",
        Raced(summary, {"text": "Plans come late."}, {"text": "Plans are late."}, "while you were writing"),
    )
    for name in ("paragraph.public", "paragraph.inside"):
        yield name, Raced(summary, button=(name, "public"))
    shelf = by(("report.show", cycle))
    yield "report.make", Raced(shelf, button=("report.make", None))
    with play.reading() as session:
        report = session.scalars(select(Report.id)).one()
    yield "report.send", Raced(shelf, button=("report.send", None))
    yield "report.brief", Raced(shelf, button=("report.brief", None))
    yield "report.got", Raced(by(("report.get", report)), {"edition": "full"})
    publishing.checked(play)
    with play.reading() as session:
        asked_for = session.scalars(select(Publication.id).where(Publication.released_at.is_(None))).one()
    yield "report.release", Raced(nothing, asks=("report.release", asked_for))
    line = {"audience": "The board", "edition": "full", "how": "email"}
    yield "report.recorded", Raced(by(("report.record", cycle)), line, {"audience": "The council"})
    yield from _signed(report)


def _signed(report: str) -> Iterator[tuple[str, Raced]]:
    signing = by(("signoff.show", report))
    yield "signoff.ask", Raced(signing, button=("signoff.ask", None))
    yield "signoff.read", Raced(nothing, asks=("signoff.read", report), who=(POLICE, POLICE, POLICE))
    changes = {"answer": "changes", "words": "More of our reasons."}
    yield (
        "signoff.given",
        Raced(by(("signoff.decide", report)), {"answer": "signed"}, changes, MEANWHILE, who=(POLICE, POLICE, POLICE)),
    )
    recorded = {"answer": "signed", "words": "A director, by letter"}
    opens = by(("signoff.record", report))
    for party in ("for_local_authority", "for_care_board", "scrutineer"):
        yield "signoff.recorded", Raced(opens, {"party": party, **recorded}, {"words": "A clerk, by letter"}, MEANWHILE)
    yield "report.issue", Raced(signing, button=("report.issue", None))


def _text(cycle: str, key: str) -> Opens:
    def opens(play: Play, user: str) -> None:
        assert asked(play, user, "paragraphs.show", cycle).ok
        blocks = json.loads(play.modal_text(user))["blocks"]
        block = next(each["block_id"] for each in blocks if each.get("accessory", {}).get("value") == key)
        assert pressed(play, user, "paragraph.edit", block).ok

    return opens
