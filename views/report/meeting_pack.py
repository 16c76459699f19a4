"""The meeting pack: the agenda with its reasons, each case in full, and a chart, as one document by DM."""

from collections.abc import Iterator

from audit import called
from audit.calendar import in_london
from audit.cases import sections
from audit.cases.summary import CaseView, Line
from audit.labels import about_areas, within
from audit.meeting.agenda import Agenda, Item
from audit.report.meeting_pack import Pack
from audit.tools import IMPLIED, Section
from views.cases import sections as words
from views.cycle.charts import grade_picture
from views.documents import Bullets, Chart, Document, Heading, PageBreak, Paragraph, Part, Table, said
from views.findings.findings import KINDS, TOGETHER
from views.meeting.agenda import PACK, reasons
from views.parts import Content, View, count_of, done, escape
from views.report.numbers import listed
from views.returns.grades import grade_words
from views.words import meeting_on, on, stamp

__all__ = ["PACK", "asked", "document", "message"]

_ACROSS = 5
"""Agencies in one table of sections."""

CAUTION = (
    "This pack quotes what agencies wrote about children. It is for running this meeting: do not pass it on, and delete"
    " it afterwards."
)


def asked(agenda: Agenda) -> View:
    """Confirms that the meeting pack comes as a direct message."""
    lines = [
        f"📄 *The meeting pack{about_areas(escape(listed(agenda.areas)))} comes in a message from this app.*",
        "If nothing changed since you last asked, it is the one that you have already.",
        "It quotes what agencies wrote. That you read these cases is recorded.",
    ]
    return done("Meeting pack", lines)


def message(pack: Pack) -> Content:
    """The message: references only, and the document."""
    agenda = pack.agenda
    areas, at = filter(None, [escape(listed(agenda.areas))]), stamp(agenda.starts_at, agenda.now)
    text = (
        f"📄 Meeting pack of audit cycle {agenda.cycle_number}: {', '.join([*areas, at])},"
        f" {count_of(len(agenda.items), 'case')}. {CAUTION}"
    )
    return Content(text, [], document=document(pack))


def document(pack: Pack) -> Document:
    """The document. Cases in the order in which they are discussed."""
    agenda = pack.agenda
    day = in_london(agenda.starts_at).date()
    return Document(
        name=f"audit-{agenda.cycle_number}-meeting-pack-{day.isoformat()}",
        title=f"{agenda.title}: meeting pack",
        foot=f"Audit {agenda.cycle_number} · meeting pack · as of {stamp(agenda.now, agenda.now)}",
        parts=tuple(_parts(pack)),
    )


def _parts(pack: Pack) -> Iterator[Part]:
    agenda = pack.agenda
    by_area = any(agenda.areas)
    areas = f" Areas: {listed(agenda.areas)}." if by_area else ""
    yield Paragraph((f"Meeting: {meeting_on(agenda.starts_at, agenda.now)}.{areas}",))
    yield Paragraph((CAUTION,), stress=True)
    yield Paragraph((f"Chair: {agenda.chair or 'not recorded yet'}. {_came(agenda)}",))
    yield Heading("Agenda")
    rows = tuple(
        (
            said(str(place)), said(item.case.reference), *([said(item.case.area)] if by_area else []),
            said(_why(item)), said(_how(item)),
        )
        for place, item in enumerate(agenda.items, 1)
    )  # fmt: skip
    area, wide = (["Area"], [1.6]) if by_area else ([], [])
    yield Table("Cases in order", ("No.", "Case", *area, "Why here", "Judgement"), rows, (0.8, 2, *wide, 5, 2))
    title, about = f"Self-grades{' by area' if by_area else ''}", f"Audit {agenda.cycle_number}"
    own = {area or "All cases": count for area, count in pack.self_grades.items()}
    picture = grade_picture(title, about, agenda.scale, own, returns=True)
    if picture:
        yield Chart(picture)
    for item in agenda.items:
        yield PageBreak()
        yield from _case(item)


def _came(agenda: Agenda) -> str:
    if all(each.present is None for each in agenda.attendance):
        return "Who came isn't recorded yet."
    came = [each.agency for each in agenda.attendance if each.present]
    return f"Agencies there: {listed(came) if came else 'none'}."


def _why(item: Item) -> str:
    return "; ".join(reasons(item)) or "Nothing sets it apart"


def _how(item: Item) -> str:
    judgement = item.case.judgement
    if judgement is None:
        return "–" if item.case.concealed else "Not ratified yet"  # noqa: RUF001  # a cell that says nothing
    return grade_words(item.case.scale, judgement.grade, judgement.not_graded_reason)


def _case(item: Item) -> Iterator[Part]:
    case = item.case
    yield Heading(within(case.reference, case.area))
    yield Paragraph((f"{_why(item)}. Judgement: {_how(item)}.",))
    rows = tuple(
        (
            said(line.agency),
            said(_self(case, line)),
            said(_moderated(case, line)),
            said("; ".join(_marks(line)) or "–"),  # noqa: RUF001  # a cell that says nothing
        )
        for line in case.lines
    )
    yield Table("Agencies", ("Agency", "Self-grade", "Moderated", "To note"), rows, (3, 2.5, 2.5, 3))
    yield from _sections(case)
    if case.findings:
        yield Heading("Findings", 2)
        yield Bullets(tuple(
            said(f"{KINDS[each.kind]}, {each.agency or TOGETHER.lower()}: {each.text}") for each in case.findings
        ))  # fmt: skip
    for line in case.lines:
        yield from _written(case, line)


def _sections(case: CaseView) -> Iterator[Part]:
    """The graded sections against the agencies, as many of these side by side as a page has room for."""
    names = sections.names(case.tool)
    for first in range(0, len(case.lines), _ACROSS) if case.tool.graded else ():
        lines = case.lines[first : first + _ACROSS]
        rows = tuple(
            (
                said(names[section.key]),
                *(said(_given(case, line, section)) for line in lines),
                said(_ratified(case, section)),
            )
            for section in case.tool.graded
        )
        head = ("Section", *(line.agency for line in lines), "Ratified")
        yield Table("Graded sections", head, rows, (2.5, *(1.6 for _ in lines), 1.6))
    reasons = [(line, why) for line in case.lines for why in words.not_applicable(case, line)]
    if reasons:
        yield Heading("Why sections are not applicable", 2)
        yield Bullets(tuple(said(f"{line.agency}, {names[section.key]}: {why}") for line, (section, why) in reasons))


def _given(case: CaseView, line: Line, section: Section) -> str:
    return words.settled_words(case, line, section) or "–"  # noqa: RUF001  # it wasn't asked


def _ratified(case: CaseView, section: Section) -> str:
    return words.words(section, sections.judged(case, section)) if case.judgement else "–"  # noqa: RUF001  # as above


def _self(case: CaseView, line: Line) -> str:
    return grade_words(case.scale, line.result, line.reason)


def _moderated(case: CaseView, line: Line) -> str:
    found = line.moderated
    return grade_words(case.scale, found.grade, found.not_graded_reason) if found else "–"  # noqa: RUF001  # as above


def _marks(line: Line) -> list[str]:
    return [
        mark
        for mark, is_so in (
            ("late", line.late),
            ("changed or sent after release", line.after_release),
            ("entered by a coordinator", line.source is not None),
        )
        if is_so
    ]


def _written(case: CaseView, line: Line) -> Iterator[Part]:
    """What an agency wrote; questions that it left empty are left out."""
    yield Heading(f"{line.agency}: {_self(case, line)}", 2)
    if line.answers is None:
        return
    if line.submitted_at is not None:
        day = on(in_london(line.submitted_at).date())
        yield Paragraph((f"Sent by {line.submitted_by or 'somebody'} on {day}, version {line.version}.",))
    asked = [part for part in case.asked(line).sections if part.scale is None and IMPLIED not in part.key]
    names = called.names(case.asked(line).sections)
    texts = [(names[part.key], part.shown(line.answers.sections.get(part.key, ""))) for part in asked]
    texts += [("Why this grade", line.answers.why), ("Learning themes", listed(case.tagged(line)))]
    texts += [("Why it was moderated", line.moderated.reason)] if line.moderated else []
    graded = sections.names(case.tool)
    texts += [(f"Why “{graded[each.key]}” was moderated", made.reason) for each, made in words.moderations(case, line)]
    for label, text in texts:
        if text.strip():
            yield Heading(label, 3)
            yield Paragraph((text,))
