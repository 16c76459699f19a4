"""Read models for the views' tests, with the longest labels and the worst texts that are allowed."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from audit.actions.actions import ActionView
from audit.cases.judgements import JudgementView
from audit.cases.summary import CaseView, Line
from audit.chasing.progress import AnsweredShare, Overview
from audit.cycle.board import tally
from audit.cycle.tally import Tally
from audit.cycle_facts import CycleView, MeetingView
from audit.delivery.backlog import SheetStatus, Status, Trouble
from audit.delivery.log import RETRYING, SET_ASIDE, Delivery
from audit.home.every_audit import CaseLine
from audit.home.home import Attention
from audit.library.default import DEFAULT
from audit.returns.answers import Answers
from audit.returns.cover import CoverView
from audit.returns.decline import DeclineDecision, DeclineView
from audit.returns.form import AuditFacts, NewestVersion, OpenReturn
from audit.returns.found_return import Party
from audit.returns.immediate_text import Immediate
from audit.returns.waiting import Waiting
from audit.scales import INSPECTION, MOST_GRADES, NOT_GRADED, Grade, Scale
from audit.tools import LINE_LIMIT, TEXT_LIMIT
from tests.kit.acts import PLAIN

NOW = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
DUE = datetime(2026, 3, 12, 17, 0, tzinfo=UTC)
MEETING = datetime(2026, 3, 19, 14, 30, tzinfo=UTC)

CANARY = "CANARY-7f3a"
SHOUT = "<!channel> <@U1|x> <https://evil.example|here> &amp; "
WORST = {"letters": "x", "escaped": "&<>", "emoji": "😀", "lines": "a\n"}
LONG_LABEL = "<!channel> & "

RUDE_SCALE = Scale(
    "rude",
    tuple(
        Grade(f"grade{rank}", rank, _label, _label[:20], "#000000", "&<>" * 60)
        for rank in range(1, MOST_GRADES + 1)
        for _label in [f"{rank}{LONG_LABEL}"]
    ),
)
"""The largest scale allowed."""


def label(start: str, length: int) -> str:
    """A label of exactly this length that would be markup if it wasn't escaped."""
    return (start + LONG_LABEL * 10)[:length]


def worst(kind: str, limit: int) -> str:
    text = SHOUT + CANARY + WORST[kind] * limit
    return text[:limit]


def answers(kind: str = "letters", grade: str | None = "good", reason: str | None = None) -> Answers:
    texts = {
        section.key: {
            "text": worst(kind, TEXT_LIMIT),
            "line": worst(kind, LINE_LIMIT),
            "yes_no": "yes",
            "date": "2026-04-01",
        }[section.kind]
        for section in DEFAULT.sections
    }
    return Answers(texts, grade, reason, worst(kind, TEXT_LIMIT))


def opened(
    given: Answers | None = None, *, version: int = 0, now: datetime = NOW, scale: Scale = INSPECTION
) -> OpenReturn:
    return OpenReturn(
        record_id="a" * 32,
        party=Party(label("R", 40), label("A", 75), label("G", 75), 2),
        audit=AuditFacts(label("T", 100), DUE, MEETING, label("P", 100), label("K", 200)),
        now=now,
        scale=scale,
        tool=DEFAULT,
        answers=given or Answers(),
        newest=NewestVersion("v" * 32, version, NOW, label("P", 80)) if version else NewestVersion(),
    )


def line(
    agency: int, given: Answers | None, state: str = "submitted", *, late: bool = False, after: bool = False
) -> Line:
    return Line(
        return_id=f"return{agency}",
        agency=label(f"{agency}", 75),
        state=state if given or state in {"nil", "declined"} else "requested",
        version=2 if given else 0,
        answers=given,
        late=late,
        after_release=after,
        submitted_at=NOW if given else None,
        submitted_by=label("P", 80) if given else None,
    )


def ten_lines(kind: str = "letters") -> tuple[Line, ...]:
    every = [grade.key for grade in INSPECTION.grades]
    graded = [line(number, answers(kind, grade), late=True, after=True) for number, grade in enumerate(every)]
    not_graded = line(5, answers(kind, NOT_GRADED, "insufficient_information"))
    others = [
        line(4, answers(kind, "good")),
        line(6, None, "nil"),
        line(7, None, "declined"),
        line(8, None),
        line(9, answers(kind, "good")),
    ]
    return (*graded, not_graded, *others)


def judgement(kind: str = "letters", grade: str = "inadequate", reason: str | None = None) -> JudgementView:
    text = worst(kind, TEXT_LIMIT)
    return JudgementView(
        grade=grade,
        not_graded_reason=reason,
        why=text,
        assurances={"safe": text, "action": text, "owner": text, "by": "2026-04-01", "monitor": text},
        version=2,
        ratified_at=MEETING,
        ratified_by=label("P", 80),
    )


def case(
    lines: Iterable[Line] = (), judged: JudgementView | None = None, *, number: int = 0, area: str | None = None
) -> CaseView:
    return CaseView(
        id=f"case{number:028}",
        cycle_id="c" * 32,
        cycle_name=label("T", 100),
        reference=label(f"R{number}", 40),
        area=area if area is not None else label("A", 75),
        due_at=DUE,
        meeting_at=MEETING,
        released_at=None,
        scale=INSPECTION,
        tool=DEFAULT,
        lines=tuple(lines),
        judgement=judged,
    )


def cycle(state: str = "collecting", areas: int = 3, agencies: int = 10, number: int = 2) -> CycleView:
    names = tuple(label(f"{n:02}", 75) for n in range(areas))
    return CycleView(
        id=f"cycle{number:027}",
        number=number,
        title=label("T", 100),
        theme=label("H", 100),
        origin=label("O", 100) * 10,
        state=state,
        due_at=DUE,
        summary_days=3,
        scale=INSPECTION,
        tool=DEFAULT,
        areas=names,
        agencies=tuple((label(f"{n}", 75), label(f"{n}", 20)) for n in range(agencies)),
        meetings=tuple(MeetingView(MEETING + timedelta(days=n), (name,)) for n, name in enumerate(names)),
        period=label("P", 100),
        key_holder=label("K", 200),
    )


def cases_of(of: CycleView, count: int, judged: JudgementView | None = None) -> tuple[CaseView, ...]:
    areas = of.areas
    return tuple(case(ten_lines(), judged, number=n, area=areas[n % len(areas)]) for n in range(count))


def tallied(of: CycleView, count: int, judged: JudgementView | None = None) -> Tally:
    return tally(of, cases_of(of, count, judged))


def waiting(number: int, state: str = "requested", *, late: bool = False, due: datetime = DUE) -> Waiting:
    party = Party(label(f"R{number}", 40), label(f"{number % 3}", 75), label("G", 75), 2)
    return Waiting(f"return{number}", party, state, 2 if state == "submitted" else 0, due, MEETING, late)


def case_lines(count: int, areas: int = 3, judged: int = 0, prefix: str = "") -> tuple[CaseLine, ...]:
    return tuple(
        CaseLine(
            f"cycle{prefix}", f"case{prefix}{n}", label(f"R{n}", 40), label(f"{n % areas:02}", 75), MEETING,
            released=True, judgement="inadequate" if n < judged else None,
        )
        for n in range(count)
    )  # fmt: skip


def overview(areas: int = 3, agencies: int = 10) -> Overview:
    """A cycle's progress, with this number of areas and agencies."""
    return Overview(
        AnsweredShare("", 93, 150),
        tuple(AnsweredShare(label(f"{n:02}", 75), 31, 50) for n in range(areas)),
        tuple(AnsweredShare(label(f"{n}", 75), 9, 15) for n in range(agencies)),
    )


def status(trouble: int = 0) -> Status:
    troubles = tuple(Trouble(label("K", 200), bool(n % 2), label("E", 500)) for n in range(trouble))
    sheets = tuple(
        SheetStatus(
            f"sheet{n}",
            f"cycle{n}",
            n,
            label("W", 100) if n == 5 else "",
            "s" * 100 if n else None,
            behind=bool(n % 2),
            drawn_at=NOW if n else None,
            error=label("E", 500) if n == 3 else None,
            next_try_at=NOW if n == 3 else None,
        )
        for n in range(6 if trouble else 1)
    )
    return Status(trouble, trouble, troubles, sheets)


def attention(trouble: int = 0) -> Attention:
    """What a coordinator should look at: nothing but a sheet, or `trouble` items of every kind."""
    return Attention(
        tuple(_immediate(n) for n in range(trouble)),
        tuple(_decline(n) for n in range(trouble)),
        tuple(_delivery(n) for n in range(trouble)),
        status(trouble),
    )


def _immediate(number: int) -> Immediate:
    names = (label(f"R{number}", 40), label("A", 75), label("G", 75))
    return Immediate(
        f"immediate{number}", "c" * 32, f"return{number}", *names, audit=number,
        raised_at=NOW, standing="yes", changed=True, due="overdue", acknowledged_at=NOW, acknowledged_by=label("P", 80),
        closed_at=None, closed_by=None,
    )  # fmt: skip


def _decline(number: int) -> DeclineView:
    party = Party(label(f"R{number}", 40), label("A", 75), label("G", 75), 2)
    return DeclineView(
        f"decline{number}", f"return{number}", party, "c" * 32, label("T", 100), "p" * 32, label("P", 80), NOW,
        DeclineDecision.WAITING, None, None, NOW,
    )  # fmt: skip


def _delivery(number: int) -> Delivery:
    return Delivery(
        f"m{number}", "summary", 2, label(f"R{number}", 40), label("#", 80), RETRYING if number % 2 else SET_ASIDE,
        NOW, None, None, label("E", 300), NOW if number % 2 else None,
    )  # fmt: skip


def cover(number: int, covered_id: str = "me") -> CoverView:
    places = ((label("G", 75), None), (label("H", 75), label("A", 75)))
    return CoverView(f"cover{number}", covered_id, label("P", 80), label("Q", 80), places, DUE.date(), over=False)


def act(number: int) -> ActionView:
    """An action with the longest texts; every other one is overdue."""
    due = DUE.date() - timedelta(days=40 * (number % 2))
    return replace(PLAIN, id=f"act{number}", number=number, text="t" * 3000, owner=label("O", 150), due_on=due)
