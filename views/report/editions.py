"""The editions of a report: full, with every figure traced, and public, from which no child can be recognised."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from audit.calendar import in_london
from audit.errors import Refused
from audit.report.approval import Standing
from audit.report.contents import Contents
from audit.report.disclosure import Publishable
from audit.report.naming import require_no_case
from audit.report.provenance import (
    ANSWERED,
    BY_AGENCY,
    CASES,
    MODERATED,
    MOVED,
    OF_SECTIONS,
    RATIFIED,
    SECTION,
    SECTION_MODERATED,
    SECTION_MOVED,
    SECTION_OWN,
    SELF,
    SPREAD,
    THEME,
    Figure,
)
from audit.report.recipients import Sent
from audit.scales import NO_OVERALL, NOT_APPLICABLE, REASONS, Scale
from views.cycle.charts import NOT_RATIFIED
from views.documents import Bullets, Document, Heading, PageBreak, Paragraph, Part, Table, markdown, said
from views.report import briefing, sections_chapter
from views.report.chapters import introduction, next_steps, themes
from views.report.grades_chapter import scoring
from views.report.numbers import Numbers
from views.returns.grades import grade_words
from views.words import on

EDITIONS = {"full": "Full edition", "public": "Public edition", "briefing": "Learning briefing"}
HOW = {
    "slack": "In Slack", "email": "By e-mail", "meeting": "At a meeting", "post": "By post",
    "website": "On a website", "other": "In another way",
}  # fmt: skip
"""How a version was sent: key -> words."""
FULL = (
    "This edition quotes what agencies and the meeting wrote about children. It is for the partnership and its agencies"
    " only. A public edition can be made for others."
)
PROVEN = (
    "Who did what, and when, is recorded in the software's trail. These lines, kept outside it, prove that record: with"
    " “roundtable trail verify --head” whoever runs the software shows that what was recorded until this version was"
    " drawn up wasn't changed or cut off since. The one that begins with 0 is of what belongs to no audit."
)
UNTRACED = (
    "Every number here was counted by the software from the agencies' returns and the judgements that were ratified."
    " The full edition lists the cases behind each number; this edition does not."
)


def document(
    contents: Contents,
    edition: str,
    version: int,
    made_at: datetime,
    register: Sequence[Sent] = (),
    *,
    shown: Publishable | None = None,
    standing: Standing | None = None,
) -> Document:
    """An edition (a key of EDITIONS) of a version; Refused for one for the public that isn't released.

    `register`: to whom which version was sent, for the full edition. `shown`: what may be told, for the others.
    `standing`: how far the version is; None: nobody is asked to sign it.
    """
    del standing
    if edition == "full":
        return _full(contents, version, made_at, register)
    if shown is None:
        raise Refused(f"This {EDITIONS[edition].lower()} isn't released.")
    if edition == "public":
        found = _public(contents, shown, version, made_at)
    else:
        found = briefing.briefing(contents, shown, version)
    require_no_case(markdown(found), (case.reference for case in contents.cases))
    return found


def _full(contents: Contents, version: int, made_at: datetime, register: Sequence[Sent]) -> Document:
    numbers = Numbers(contents, marked=True)
    parts = [
        *_front(contents, "full", version, made_at),
        Paragraph(("The small signs beside numbers (F1, F2, ...) lead to the cases behind them, in appendix B.",)),
        *introduction(contents, numbers, None),
        *scoring(contents, numbers, None),
        *themes(contents, numbers, None),
        *next_steps(contents, None),
        *_distribution(register),
        PageBreak(),
        *_cases(contents),
        *_provenance(contents),
    ]
    return _document(contents, "report", "full", version, parts)


def _public(contents: Contents, shown: Publishable, version: int, made_at: datetime) -> Document:
    numbers = Numbers(contents, marked=False)
    parts = [
        *_front(contents, "public", version, made_at),
        *introduction(contents, numbers, shown),
        *scoring(contents, numbers, shown),
        *themes(contents, numbers, shown),
        *next_steps(contents, shown),
        Heading("Where the numbers come from"),
        Paragraph((UNTRACED,)),
    ]
    return _document(contents, "public", "public", version, parts)


def _document(contents: Contents, name: str, edition: str, version: int, parts: Iterable[Part]) -> Document:
    title = f"{contents.title}: summary report"
    foot = f"Audit {contents.number} · {EDITIONS[edition].lower()} · version {version}"
    if contents.draft:
        foot += " · DRAFT"
    return Document(f"audit-{contents.number}-{name}-v{version}", title, foot, tuple(parts))


def _front(contents: Contents, edition: str, version: int, made_at: datetime) -> Iterator[Part]:
    made = on(in_london(made_at).date())
    yield Paragraph((f"Multi-agency audit {contents.number}. {EDITIONS[edition]}, version {version}, made on {made}.",))
    if contents.draft:
        yield Paragraph((briefing.draft(contents),), stress=True)
    if edition == "full":
        yield Paragraph((FULL,), stress=True)


def _distribution(register: Sequence[Sent]) -> Iterator[Part]:
    yield Heading("Distribution", 2)
    if not register:
        yield Paragraph(("Nothing has been sent yet.",))
        return
    rows = tuple(
        (
            said(str(each.version)), said(EDITIONS[each.edition]), said(each.audience), said(HOW[each.how]),
            said(on(in_london(each.sent_at).date())),
        )
        for each in register
    )  # fmt: skip
    yield Table("Who was sent what", ("Version", "Edition", "To whom", "How", "When"), rows, (1, 2, 4, 2, 2))


def _cases(contents: Contents) -> Iterator[Part]:
    yield Heading("Appendix A: the cases")
    rows = tuple(
        (
            said(case.reference),
            *([said(case.area)] if contents.areas else []),
            said(_judgement(contents.scale, case.grade, case.reason)),
            said(on(case.on) if case.on else "–"),  # noqa: RUF001  # a cell that says nothing
            said(str(len(case.agreed))),
            said(str(len(case.dissented))),
            said(str(len(case.silent))),
        )
        for case in contents.cases
    )
    area, wide = (["Area"], [1.6]) if contents.areas else ([], [])
    head = ("Case", *area, "Judgement", "Ratified on", "Agreed", "Disagreed", "Silent")
    caption, widths = "Cases, and what agencies said to the judgement", (2, *wide, 3, 2, 1, 1.3, 1)
    yield Table(caption, head, rows, widths, frozenset(range(len(head) - 3, len(head))))
    yield from sections_chapter.cases(contents)


def _judgement(scale: Scale, grade: str, reason: str | None) -> str:
    return NOT_RATIFIED if grade == "awaiting" else grade_words(scale, grade, reason)


def _provenance(contents: Contents) -> Iterator[Part]:
    yield Heading("Appendix B: the cases behind each number")
    yield Paragraph((
        "A zero has no sign: there is no case behind it. Where returns are counted, the agencies stand in brackets.",
    ))  # fmt: skip
    short = dict(contents.agencies)
    yield Bullets((said(f"Short names: {'; '.join(f'{name}: {label}' for label, name in short.items())}."),))
    rows = tuple(
        (
            said(f"F{figure.number}"),
            said(counts(figure, contents)),
            said(f"{len(figure.references):,}"),
            said(behind(figure, short)),
        )
        for figure in contents.figures
    )
    head, widths = ("Sign", "What it counts", "Number", "Cases"), (0.9, 3.2, 1.1, 7)
    yield Table("Numbers and their cases", head, rows, widths, frozenset({2}))
    if contents.trail:
        yield Heading("The record behind them", 2)
        yield Paragraph((PROVEN,))
        yield Bullets(tuple(map(said, contents.trail)))


_COUNTED = {
    CASES: "Cases",
    RATIFIED: "Judged",
    SELF: "Self-grades",
    BY_AGENCY: "Self-grades",
    MOVED: "Judgement beside self-grade",
    MODERATED: "Moderated",
    SPREAD: "Spread of self-grades",
    THEME: "Learning theme",
    SECTION: "Section judged",
    SECTION_OWN: "Section graded",
    SECTION_MOVED: "Section's judgement beside self-grade",
    SECTION_MODERATED: "Section moderated",
    ANSWERED: "Answered",
}
_ROWS = {
    "all": "all", "nil": "nil return", "declined": "declined", "awaiting": "not there yet",
    NOT_APPLICABLE: "not applicable", NO_OVERALL: "graded by section alone", "missed": "didn't come", "up": "better",
    "same": "the same", "down": "worse", "compared": "two or more", "within_one": "at most one grade apart",
}  # fmt: skip


def counts(figure: Figure, contents: Contents) -> str:
    """What a figure counts, in words: "Judged: Good, East"."""
    if figure.what == ANSWERED:
        question = next(each for each in contents.answered if each.key == figure.part)
        label = question.labels.get(figure.row, "returns asked")
        return f"{_COUNTED[ANSWERED]}: {label}, {question.name}"
    section = next((each for each in contents.sections if figure.what in OF_SECTIONS and each.key == figure.part), None)
    labels = {grade.key: grade.label for grade in (section.scale if section else contents.scale).grades}
    labels |= {f"not_graded:{reason}": f"not graded ({label.lower()})" for reason, label in REASONS.items()}
    row = labels.get(figure.row) or _ROWS[figure.row]
    part = section.name if section else figure.part
    told = [word for word in (row if row != "all" or not part else "", part) if word]
    return f"{_COUNTED[figure.what]}: {', '.join(told)}"


def behind(figure: Figure, short: dict[str, str]) -> str:
    """The cases behind a figure; returns as their cases, each with its agencies' short names."""
    if figure.what in {CASES, RATIFIED, SPREAD, SECTION, THEME}:
        return ", ".join(figure.references)
    agencies: dict[str, list[str]] = {}
    for reference in figure.references:
        case, _, agency = reference.partition(" ")
        agencies.setdefault(case, []).append(short.get(agency, agency))
    if figure.part in short:
        return ", ".join(agencies)
    told = {case: "all agencies" if len(names) == len(short) else ", ".join(names) for case, names in agencies.items()}
    return "; ".join(f"{case} ({names})" for case, names in told.items())
