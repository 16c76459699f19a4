"""The editions of a report: full, with every figure traced, and public, from which no child can be recognised."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.calendar import in_london, on_paper
from audit.errors import Refused
from audit.report.contents import Contents
from audit.report.name_check import require_no_case
from audit.report.publishable import Publishable
from audit.report.recipients import Sent
from audit.report.sign_off_status import VersionStanding
from audit.scales import Scale
from views.cycle.charts import NOT_RATIFIED
from views.documents import Document, Front, Heading, PageBreak, Paragraph, Part, Table, inline, markdown
from views.report import briefing, sections_chapter
from views.report.answers_chapter import answers
from views.report.chapters import introduction, next_steps, themes
from views.report.first_page import summary
from views.report.grades_chapter import scoring
from views.report.numbers import Numbers
from views.report.traces import annex
from views.report.written_parts import STAGES, sign_off, written
from views.returns.grades import grade_words
from views.words import on

EDITIONS = {"full": "Full edition", "public": "Public edition", "briefing": "Learning briefing"}
_FILES = {"full": "report", "public": "public"}
HOW = {
    "slack": "In Slack", "email": "By e-mail", "meeting": "At a meeting", "post": "By post",
    "website": "On a website", "other": "In another way",
}  # fmt: skip
"""How a version was sent: key -> words."""
FULL = (
    "This edition quotes what agencies and the meeting wrote about children. It is for the partnership and its agencies"
    " only. A public edition can be made for others."
)
_UNTRACED = (
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
    standing: VersionStanding | None = None,
) -> Document:
    """An edition (a key of EDITIONS) of a version. Refused if it is to be published and isn't released.

    `register`: the versions sent, for the full edition. `shown`: what may be published, for the other editions.
    `standing`: the stage of the version and its sign-offs; None: no sign-offs were asked for.
    """
    made = _Version(version, made_at, standing)
    if edition == "full":
        return _full(contents, made, register)
    if shown is None:
        raise Refused(f"This {EDITIONS[edition].lower()} isn't released.")
    published = _public(contents, made, shown) if edition == "public" else briefing.briefing(contents, shown, version)
    require_no_case(markdown(published), (case.reference for case in contents.cases))
    return published


@dataclass(frozen=True)
class _Version:
    number: int
    made_at: datetime
    standing: VersionStanding | None


def _full(contents: Contents, made: _Version, register: Sequence[Sent]) -> Document:
    numbers = Numbers(contents, marked=True)
    first, chapters = _text(contents, numbers, None)
    answered = [*answers(contents, numbers)] if contents.answered else []
    traced = annex(contents, [*chapters, *answered, *first])
    signed = sign_off(made.standing, None) if made.standing else ()
    parts = [
        *first, PageBreak(), *chapters, *_distribution(register), *signed, PageBreak(), *_cases(contents), *traced,
        *answered,
    ]  # fmt: skip
    return _document(contents, "full", made, parts)


def _public(contents: Contents, made: _Version, shown: Publishable) -> Document:
    first, chapters = _text(contents, Numbers(contents, marked=False), shown)
    signed = sign_off(made.standing, shown) if made.standing else ()
    ending = (Heading("Where the numbers come from"), Paragraph((_UNTRACED,)))
    return _document(contents, "public", made, [*first, PageBreak(), *chapters, *signed, *ending])


def _text(contents: Contents, numbers: Numbers, public: Publishable | None) -> tuple[list[Part], list[Part]]:
    """The first page, and the chapters."""
    texts = [*written(contents, "summary", public)]
    return [*summary(contents, numbers, public)], [
        *([Heading("Executive summary"), *texts] if texts else []),
        *introduction(contents, numbers, public),
        *scoring(contents, numbers, public),
        *themes(contents, numbers, public),
        *next_steps(contents, public),
    ]


def _document(contents: Contents, edition: str, made: _Version, parts: Iterable[Part]) -> Document:
    foot = f"Audit {contents.number} · {EDITIONS[edition].lower()} · version {made.number}"
    if contents.draft or (made.standing and made.standing.stage == "draft"):
        foot += " · DRAFT"
    name = f"audit-{contents.number}-{_FILES[edition]}-v{made.number}"
    return Document(name, f"{contents.title}: summary report", foot, tuple(parts), _front(contents, edition, made))


def _front(contents: Contents, edition: str, made: _Version) -> Front:
    notices = [*([briefing.draft(contents)] if contents.draft else []), *([FULL] if edition == "full" else [])]
    return Front(
        audit=f"Multi-agency audit {contents.number}",
        theme=contents.theme,
        edition=EDITIONS[edition],
        version=str(made.number),
        stage=STAGES[made.standing.stage if made.standing else "draft"],
        made=on_paper(in_london(made.made_at).date()),
        notice=" ".join(notices),
    )


def _distribution(register: Sequence[Sent]) -> Iterator[Part]:
    yield Heading("Distribution", 2)
    if not register:
        yield Paragraph(("Nothing has been sent yet.",))
        return
    rows = tuple(
        (
            inline(str(each.version)), inline(EDITIONS[each.edition]), inline(each.audience), inline(HOW[each.how]),
            inline(on(in_london(each.sent_at).date())),
        )
        for each in register
    )  # fmt: skip
    yield Table("Who was sent what", ("Version", "Edition", "To whom", "How", "When"), rows, (1, 2, 4, 2, 2))


def _cases(contents: Contents) -> Iterator[Part]:
    yield Heading("Annex A: the cases")
    rows = tuple(
        (
            inline(case.reference),
            *([inline(case.area)] if contents.areas else []),
            inline(_judgement(contents.scale, case.grade, case.reason)),
            inline(on(case.on) if case.on else "–"),  # noqa: RUF001  # an empty cell
            inline(str(len(case.agreed))),
            inline(str(len(case.dissented))),
            inline(str(len(case.silent))),
        )
        for case in contents.cases
    )
    area, wide = (["Area"], [1.6]) if contents.areas else ([], [])
    head = ("Case", *area, "Judgement", "Ratified on", "Agreed", "Disagreed", "Silent")
    caption, widths = "Cases, and what agencies said about the judgement", (2, *wide, 3, 2, 1, 1.3, 1)
    yield Table(caption, head, rows, widths, frozenset(range(len(head) - 3, len(head))))
    yield from sections_chapter.cases(contents)


def _judgement(scale: Scale, grade: str, reason: str | None) -> str:
    return NOT_RATIFIED if grade == "awaiting" else grade_words(scale, grade, reason)
