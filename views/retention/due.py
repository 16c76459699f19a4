"""The monthly notice to coordinators of what is due to be removed."""

from collections.abc import Iterator

from audit.calendar import in_london, on
from audit.retention.due import CALLED, RetentionStanding
from audit.retention.monthly_notice import Reminder
from views.parts import Content, count_of, escape, header, paragraphs, section

MOST_SHOWN = 20
HOW = (
    "*Nothing is removed automatically.* Ask whoever runs Roundtable to run `roundtable purge`, which says what would"
    " be"
    " removed and changes nothing, and then `roundtable purge --for-good`. An audit that has to be kept, for an inquiry"
    " say, is held before that: `roundtable hold set`."
)


def message(due: Reminder) -> Content:
    """The message; its notification names no audit."""
    title = "Due to be removed"
    return Content(f"{title}: a retention period has ended.", [
        header(title),
        *paragraphs(f"• {line}" for line in _lines(due)),
        section(HOW),
    ])  # fmt: skip


def _lines(due: Reminder) -> Iterator[str]:
    for each in due.standings[:MOST_SHOWN]:
        yield f"*{escape(each.title)}*: {' and '.join(_since(each, due))}"
    if len(due.standings) > MOST_SHOWN:
        yield f"{count_of(len(due.standings) - MOST_SHOWN, 'more audit')}, which the command below names"
    if due.drafts:
        yield f"{count_of(due.drafts, 'draft')} that nobody can send any more"
    if due.people:
        yield f"{count_of(due.people, 'person', 'people')} who no longer take part in anything"
    if due.entries:
        yield f"{count_of(due.entries, 'old entry', 'old entries')} of the record of who did and read what"


def _since(standing: RetentionStanding, due: Reminder) -> Iterator[str]:
    for kind in standing.due:
        at = standing.days.get(kind)
        since = [f"due since {on(in_london(at).date(), due.now)}"] if at else []
        since += ["begun and not ended"] if kind in standing.begun else []
        yield CALLED[kind] + (f" ({', '.join(since)})" if since else "")
