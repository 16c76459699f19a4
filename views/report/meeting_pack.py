"""The meeting pack, for printing: the agenda, a page for each case with its agencies side by side, and all texts."""

from collections.abc import Iterator

from audit import question_names
from audit.calendar import in_london
from audit.cases import graded_sections
from audit.cases.summary import CaseView, Line
from audit.labels import about_areas, within
from audit.meeting.agenda import Agenda, AgendaItem
from audit.report.meeting_pack import Pack
from audit.tools import Section
from views.cases import graded_sections as graded_sections_view
from views.cycle.charts import grade_picture
from views.documents import Bullets, Chart, Document, Heading, PageBreak, Paragraph, Part, Strong, Table, inline
from views.findings.findings import KINDS, TOGETHER
from views.meeting.agenda import PACK, reasons
from views.parts import Content, View, count_of, done, escape, shorten
from views.report.numbers import ended, in_a_sentence
from views.returns.grades import grade_words
from views.words import meeting_on, on, stamp

__all__ = ["PACK", "confirmation", "document", "message"]

_ACROSS = 5
"""The most agencies in one table of sections."""

_GROUPS = {"strength": "What went well", "concern": "What could be better"}
"""What a question's answers count as -> the heading of their column."""
_ROOM, _LONGEST = 1_300, 220
"""The characters of a column that fit on a page, and the most in an agency's cell."""
ORDER = "A page for each case comes first, with the agencies side by side; then what they wrote in full, case by case."
_CAUTION = (
    "This pack quotes what agencies wrote about children. It is for running this meeting: do not pass it on, and delete"
    " it afterwards."
)


def confirmation(agenda: Agenda) -> View:
    """The confirmation that the meeting pack comes as a direct message."""
    lines = [
        f"📄 *The meeting pack{about_areas(escape(in_a_sentence(agenda.areas)))} comes in a message from this app.*",
        "If nothing has changed since you last asked, it is the one that you already have.",
        "It quotes what agencies wrote. It is recorded that you read these cases.",
    ]
    return done("Meeting pack", lines)


def message(pack: Pack) -> Content:
    """The message: references only, and the document."""
    agenda = pack.agenda
    areas, at = filter(None, [escape(in_a_sentence(agenda.areas))]), stamp(agenda.starts_at, agenda.now)
    text = (
        f"📄 Meeting pack of {escape(agenda.title)}: {', '.join([*areas, at])},"
        f" {count_of(len(agenda.items), 'case')}. {_CAUTION}"
    )
    return Content(text, [], document=document(pack))


def document(pack: Pack) -> Document:
    """The document, with the cases in the order of the agenda."""
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
    areas = f" Areas: {in_a_sentence(agenda.areas)}." if by_area else ""
    yield Paragraph((f"Meeting: {meeting_on(agenda.starts_at, agenda.now)}.{areas}",))
    if agenda.period:
        yield Paragraph((f"The period looked at: {ended(agenda.period)}",))
    yield Paragraph((_CAUTION,), stress=True)
    yield Paragraph((f"Chair: {agenda.chair or 'not recorded yet'}. {_came(agenda)}",))
    yield Heading("Agenda")
    yield _agenda(agenda, by_area=by_area)
    title, about = f"Self-grades{' by area' if by_area else ''}", f"Audit {agenda.cycle_number}"
    own = {area or "All cases": count for area, count in pack.self_grades.items()}
    picture = grade_picture(title, about, agenda.scale, own, returns=True)
    if picture:
        yield Chart(picture)
    yield Paragraph((ORDER,))
    for item, case in zip(agenda.items, pack.cases, strict=True):
        yield PageBreak()
        yield from _side_by_side(item, case)
    for case in (each for each in pack.cases if not each.concealed):
        yield PageBreak()
        yield from _in_full(case)


def _agenda(agenda: Agenda, *, by_area: bool) -> Table:
    rows = tuple(
        (
            inline(str(place)), inline(item.case.reference), *([inline(item.case.area)] if by_area else []),
            inline(_why(item)), inline(_how(item)),
        )
        for place, item in enumerate(agenda.items, 1)
    )  # fmt: skip
    area, wide = (["Area"], [1.6]) if by_area else ([], [])
    return Table("Cases in order", ("No.", "Case", *area, "Why here", "Judgement"), rows, (0.8, 2, *wide, 5, 2))


def _came(agenda: Agenda) -> str:
    if all(each.present is None for each in agenda.attendance):
        return "Who came isn't recorded yet."
    came = [each.agency for each in agenda.attendance if each.present]
    return f"Agencies there: {in_a_sentence(came) if came else 'none'}."


def _why(item: AgendaItem) -> str:
    return "; ".join(reasons(item)) or "Nothing sets it apart"


def _how(item: AgendaItem) -> str:
    judgement = item.case.judgement
    if judgement is None:
        return "–" if item.case.concealed else "Not ratified yet"  # noqa: RUF001  # an empty cell
    return grade_words(item.case.scale, judgement.grade, judgement.not_graded_reason)


def _side_by_side(item: AgendaItem, case: CaseView) -> Iterator[Part]:
    """A case on one page: each agency's answers in short, and room for the meeting's notes."""
    yield Heading(within(case.reference, case.area))
    yield Paragraph((f"{_why(item)}. Judgement: {_how(item)}.",))
    groups = [each for each in _GROUPS if any(part.group == each for part in case.tool.sections)]
    room = min(_LONGEST, _ROOM // max(len(case.lines), 1))
    rows = tuple(
        (
            inline(line.agency),
            inline(_graded(case, line)),
            *(inline(_in_short(case, line, group, room)) for group in groups),
        )
        for line in case.lines
    )
    head = ("Agency", "Self-grade", *(_GROUPS[each] for each in groups))
    yield Table("Agencies side by side", head, rows, (2.8, 2.6, *(5.8 for _ in groups)))
    if case.judgement is None and not case.concealed:
        blank = tuple(
            (inline(each), inline("\n\n")) for each in ("Judgement", "Why", "Learning", "Actions, who, by when")
        )
        yield Table("At the meeting", ("What is agreed", "Notes"), blank, (3, 14))


def _graded(case: CaseView, line: Line) -> str:
    """An agency's grade, the moderated one if there is one, and notes on how the return came about."""
    made = line.moderated
    moderated = [f"moderated: {grade_words(case.scale, made.grade, made.not_graded_reason)}"] if made else []
    return "; ".join([_self(case, line), *moderated, *_marks(line)])


def _in_short(case: CaseView, line: Line, group: str, room: int) -> str:
    """The beginning of an agency's answers to the questions that count as a strength or a concern."""
    if line.answers is None:
        return "–"  # noqa: RUF001  # an empty cell
    asked = (part for part in case.asked(line).sections if part.group == group)
    texts = (part.shown(line.answers.sections.get(part.key, "")) for part in asked)
    return shorten(" ".join(" ".join(text.split()) for text in texts if text.strip()), room) or "–"  # noqa: RUF001


def _in_full(case: CaseView) -> Iterator[Part]:
    """All texts about a case."""
    yield Heading(f"{case.reference} in full")
    yield from _sections(case)
    if case.findings:
        yield Heading("Findings", 2)
        yield Bullets(tuple(
            inline(f"{KINDS[each.kind]}, {each.agency or TOGETHER.lower()}: {each.text}") for each in case.findings
        ))  # fmt: skip
    for line in case.lines:
        yield from _written(case, line)


def _sections(case: CaseView) -> Iterator[Part]:
    """The graded sections by agency, as many agencies side by side as fit on a page."""
    names = graded_sections.names(case.tool)
    for first in range(0, len(case.lines), _ACROSS) if case.tool.graded else ():
        lines = case.lines[first : first + _ACROSS]
        rows = tuple(
            (
                inline(names[section.key]),
                *(inline(_given(case, line, section)) for line in lines),
                inline(_ratified(case, section)),
            )
            for section in case.tool.graded
        )
        head = ("Section", *(line.agency for line in lines), "Ratified")
        yield Table("Graded sections", head, rows, (2.5, *(1.6 for _ in lines), 1.6))
    whys = [(line, why) for line in case.lines for why in graded_sections_view.not_applicable(case, line)]
    if whys:
        yield Heading("Why sections are not applicable", 2)
        yield Bullets(tuple(inline(f"{line.agency}, {names[section.key]}: {why}") for line, (section, why) in whys))


def _given(case: CaseView, line: Line, section: Section) -> str:
    return graded_sections_view.settled_words(case, line, section) or "–"  # noqa: RUF001  # it wasn't asked


def _ratified(case: CaseView, section: Section) -> str:
    return graded_sections_view.words(section, graded_sections.judged(case, section)) if case.judgement else "–"  # noqa: RUF001  # as above


def _self(case: CaseView, line: Line) -> str:
    return grade_words(case.scale, line.result, line.reason)


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
    """An agency's answers; questions that it left empty are left out."""
    yield Heading(f"{line.agency}: {_self(case, line)}", 2)
    if line.answers is None:
        return
    if line.submitted_at is not None:
        day = on(in_london(line.submitted_at).date())
        yield Paragraph((f"Sent by {line.submitted_by or 'somebody'} on {day}, version {line.version}.",))
    asked = [part for part in case.asked(line).sections if part.scale is None and not part.implied]
    names = question_names.names(case.asked(line).sections)
    texts = [(names[part.key], part.shown(line.answers.sections.get(part.key, ""))) for part in asked]
    texts += [("Why this grade", line.answers.why), ("Learning themes", in_a_sentence(case.tagged(line)))]
    texts += [("Why it was moderated", line.moderated.reason)] if line.moderated else []
    graded = graded_sections.names(case.tool)
    moderations = graded_sections_view.moderations(case, line)
    texts += [(f"Why “{graded[section.key]}” was moderated", made.reason) for section, made in moderations]
    for label, text in texts:
        if text.strip():
            yield Paragraph(inline(Strong(f"{label} " if label.endswith("?") else f"{label}: "), text))
