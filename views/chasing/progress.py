"""The agencies' progress in a cycle."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby

from audit.chasing.progress import AnsweredShare, ChasedLead, Overview, Progress, ReturnLine
from audit.labels import within
from views.pages import LaterBlocks, Unit, pages
from views.parts import (
    Block,
    View,
    actions,
    button,
    count_of,
    divider,
    escape,
    header,
    modal,
    paragraphs,
    section,
    shorten,
)
from views.returns.grades import AWAITED, DIDNT_COME
from views.returns.history import showing
from views.returns.request import OPEN
from views.words import stamp, when

SHOW = "progress.show"
"""The button that shows a cycle's progress (value: the cycle's id)."""
PAGE = "progress.page"
TITLE = "Who hasn't answered"

_MOST_LEADS = 3
_ENTERING = (
    "*Enter a return* takes what an agency told you by phone, by e-mail or at a meeting; it is marked so everywhere."
)


def lines(overview: Overview) -> list[str]:
    """A cycle's progress in two lines: in all and by area; by agency."""
    areas = " · ".join(f"{escape(each.label)} {_of(each)}" for each in overview.by_area)
    agencies = " · ".join(f"{escape(each.label)} {_of(each)}" for each in overview.by_agency)
    whole = f"*{_of(overview.whole)} {'return' if overview.whole.all == 1 else 'returns'} answered*"
    return [shorten(f"{whole}: {areas}" if areas else whole, 700), *([shorten(agencies, 1500)] if agencies else [])]


def _of(share: AnsweredShare) -> str:
    return f"{share.answered} of {share.all}"


def view(progress: Progress, page: int = 0) -> View:
    """A page of the progress."""
    current = pages(units(progress)).nearest(page)
    top = section(f"*{escape(progress.title)}*{current.where}")
    return modal(TITLE, [top, *current.blocks, *current.turning(PAGE)], record_id=progress.cycle_id)


def units(progress: Progress) -> Iterator[Unit]:
    """The blocks of all the pages, in order, to be split into pages."""
    overview = progress.overview
    totals = overview.whole
    never = f", {totals.missed} didn't come" if totals.missed else ""
    first = [
        f"*{_of(totals)} returns answered.* {totals.awaited} still to come{never}.",
        f"Deadline: {when(progress.due_at, progress.now)}",
        "Nil returns count as answers, and so does what an agency declined with a coordinator's approval.",
    ]
    first += [_ENTERING] if progress.coordinates and totals.awaited else []
    yield "", paragraphs(first)
    for title, shares in (("*By area*", overview.by_area), ("*By agency*", overview.by_agency)):
        if shares:
            yield "", paragraphs([title, *(f"{escape(each.label)}: {_of(each)}" for each in shares)])
    if progress.leaderless:
        places = (f"• {escape(within(*place))}" for place in progress.leaderless)
        nobody = (
            "⚠️ *Without a lead.* Where there is no deputy either, nobody is reminded: a coordinator can enter the"
            " returns."
        )
        yield from (("Without a lead", [block]) for block in paragraphs([nobody, *places]))
    waiting = [item for item in progress.items if not item.answered and item.open]
    missed = [item for item in progress.items if not item.answered and not item.open]
    answered = [item for item in progress.items if item.answered]
    yield from _groups("Not answered yet", waiting, progress)
    yield from _groups(DIDNT_COME, missed, progress) if missed else ()
    yield from _groups("Answered", answered, progress)


def _groups(title: str, items: Sequence[ReturnLine], progress: Progress) -> Iterator[Unit]:
    """The returns by agency and area, each group under its own heading."""
    heading: list[Block] = [divider(), header(f"{title}: {count_of(len(items), 'return')}")]
    if not items:
        yield "", heading
    for (agency, area), grouped in groupby(items, key=lambda item: (item.agency, item.area)):
        group = list(grouped)
        name = within(agency, area)
        top = [f"*{escape(name)}*", *([] if group[0].answered else [_leads(group[0].leads, progress)])]
        if progress.coordinates:
            first, *others = group
            yield name, [*heading, section("\n".join(top)), *_with_buttons(first, progress)]  # never a heading alone
            yield from (
                (name, LaterBlocks(1 + (_enters(item) and item.version > 0), partial(_with_buttons, item, progress)))
                for item in others
            )
        else:
            blocks = paragraphs([*top, *(f"{escape(item.reference)} · {_state(item, progress)}" for item in group)])
            yield name, [*heading, blocks[0]]
            yield from ((name, [block]) for block in blocks[1:])
        heading = []


def _enters(item: ReturnLine) -> bool:
    """Whether a coordinator can still enter the return."""
    return item.open and not item.answered


def _with_buttons(item: ReturnLine, progress: Progress) -> list[Block]:
    """A return, with the coordinator's buttons for it."""
    text = f"*{escape(item.reference)}* · {_state(item, progress)}"
    about = f"{item.reference}, {item.agency}"
    entering = button("Enter a return", OPEN, item.return_id, about=about)
    offered = [entering] if _enters(item) else []
    offered += [showing(item.return_id, about)] if item.version else []
    if len(offered) > 1:
        return [section(text), actions(f"about-{item.return_id}", *offered)]
    return [section(text, offered[0] if offered else None)]


def _state(item: ReturnLine, progress: Progress) -> str:
    """A return's state: mrkdwn."""
    if item.state == "submitted":
        return f"✅ Sent (version {item.version})"
    if item.answered:
        return {"nil": "✅ Nil return", "declined": "Declined"}[item.state]
    if item.asked_not_to:
        return "Asked not to answer; a coordinator decides"
    begun = "draft kept" if item.state == "drafted" else "taken back" if item.version else "not started"
    if not item.open:
        return f"{DIDNT_COME} ({begun})"
    return f"⚠️ Overdue ({begun})" if progress.now > progress.due_at else f"⏳ {AWAITED} ({begun})"


def _leads(leads: Sequence[ChasedLead], progress: Progress) -> str:
    if not leads:
        return "⚠️ No lead"
    named = [f"{escape(lead.label)}{_told(lead, progress)}" for lead in leads[:_MOST_LEADS]]
    left = len(leads) - _MOST_LEADS
    more = f" and {left} more (see People, on Home)" if left > 0 else ""
    return f"{'Lead' if len(leads) == 1 else 'Leads'}: {', '.join(named)}{more}"


def _told(lead: ChasedLead, progress: Progress) -> str:
    return f" (last message {stamp(lead.told_at, progress.now)})" if lead.told_at else " (no message yet)"
