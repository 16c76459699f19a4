"""Commands about retention: remove what is due, hold an audit, lift a hold."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime

from audit.calendar import in_london, on
from audit.errors import Refused
from audit.report import words_that_stay
from audit.retention import due, hold, purge
from audit.retention.due import CALLED, RetentionStanding
from audit.retention.purge import Outside, Purged, PurgePlan
from bot.settings import Stored
from storage.remembered import UnusableFile
from storage.retention import Periods
from views.parts import count_of

READER = (
    "What was removed may still be in the database's own files, because somebody was reading or writing. Run this"
    " again when nobody is."
)


def remove(settings: Stored, given: argparse.Namespace) -> None:
    """Say what is due to be removed; with --for-good, remove it."""
    remembered = settings.remembered
    with settings.database() as sessions:
        try:
            known = remembered.read()
            if not given.for_good:
                with sessions.reading() as session:
                    print("\n".join(_planned(purge.plan(session, known), settings.periods)))
                return
            purged = purge.purge(sessions, remembered, words_that_stay.LASTING)
        except UnusableFile as wrong:
            raise Refused(str(wrong)) from None
        with sessions.reading() as session:
            left = purge.outside(session)
    print("\n".join([*_done(purged), *(line for each in left for line in _standing_outside(each))]))
    if remembered.file.exists():
        print(f"What was removed is remembered in {remembered.file.absolute()}: keep a copy of it apart from backups.")
    if purged.left or not purged.compact:
        sys.exit("\n".join([*_unopened(purged), *([] if purged.compact else [READER])]))


def _planned(plan: PurgePlan, periods: Periods) -> Iterator[str]:
    yield (
        f"Kept: texts {periods.texts:,} days and what was posted {periods.posts:,} days after an audit is over, drafts"
        f" {periods.drafts:,} days after they can no longer be sent, people {periods.people:,} days after the last"
        f" thing they took part in, who did what {periods.trail:,} days."
    )
    for each in plan.standings:
        yield f"{each.title}: {_how(each)}"
    if plan.drafts or plan.waiting:
        waiting = f" {plan.waiting:,} more, a week after their owners are told." if plan.waiting else ""
        yield f"Drafts that were never sent: {plan.drafts:,} due.{waiting}"
    yield f"People who no longer take part in anything: {plan.people:,}. Trail entries to be emptied: {plan.entries:,}."
    yield "Nothing was changed. `roundtable purge --for-good` removes what is due; that can't be undone."


def _how(standing: RetentionStanding) -> str:
    """What of a cycle is due to be removed, or when it will be, as the end of a sentence."""
    if standing.held:
        return "on hold, so nothing of it is removed."
    if standing.due:
        newly_due = [CALLED[kind] for kind in standing.due if kind not in standing.begun]
        again = [CALLED[kind] for kind in standing.due if kind in standing.begun]
        parts = [f"due now: {' and '.join(newly_due)}"] if newly_due else []
        parts += [f"removed before, and checked once more: {' and '.join(again)}"] if again else []
        return f"{'; '.join(parts)}."
    if standing.open:
        return f"not before its open actions are closed ({standing.open:,})."
    if not standing.days:
        return "when it ended isn't recorded, so nothing of it is due."
    days = (f"{CALLED[kind]} ({_day(at)})" for kind, at in standing.days.items())
    return f"due later: {', '.join(days)}."


def _day(moment: datetime) -> str:
    return on(in_london(moment).date())


def _done(purged: Purged) -> Iterator[str]:
    for number, count in purged.texts.items():
        yield f"Audit {number}: {count_of(count, 'text was', 'texts were')} emptied."
    for number in dict.fromkeys(purged.held):
        yield f"Audit {number} was put on hold in the meantime: what hasn't been removed yet stays."
    yield (
        f"Emptied as well: {count_of(purged.drafts, 'draft')}, {count_of(purged.people, 'person', 'people')},"
        f" {count_of(purged.entries, 'entry', 'entries')} of the trail."
    )
    yield from erased_again(purged)
    if purged.compact:
        yield "Nothing that was removed is left in the database's own files."


def erased_again(purged: Purged) -> Iterator[str]:
    """Lines about words that had been erased before this database was restored."""
    if purged.erased:
        yield f"Words that were erased before were erased again, from {count_of(purged.erased, 'row')}."
    for number in sorted(purged.kept):
        yield (
            f"Audit {number} is on hold, so what was erased of it may be here again. Once the hold is lifted,"
            " `roundtable purge --for-good` erases it again."
        )


def _standing_outside(outside: Outside) -> Iterator[str]:
    of = f"Audit {outside.number}:"
    if outside.posts:
        waiting = count_of(outside.posts, "message is", "messages are")
        yield f"{of} {waiting} removed from Slack as soon as a worker gets to it."
    for why, count in outside.stuck:
        yield f"{of} {count_of(count, 'message')} can't be removed from Slack. {why}"
    for sheet in outside.sheets:
        yield f"{of} {sheet.error or 'Its sheet is cleared.'}"
        yield f"{of} delete {sheet.address} in Google, whose earlier versions hold everything until then."
    if not (outside.posts or outside.stuck):
        yield f"{of} nothing that Roundtable posted is left in Slack."


def _unopened(purged: Purged) -> Iterable[str]:
    if purged.left:
        yield f"{len(purged.left):,} texts are left, since numbers that are counted from them would be lost:"
    yield from (f"{each.table}.{each.column} of row {each.row_id} {each.why}." for each in purged.left)


def put(settings: Stored, given: argparse.Namespace) -> None:
    """Hold an audit: nothing of it is removed until the hold is lifted."""
    with settings.database() as sessions, sessions.begin() as session:
        new = hold.put(session, given.cycle, given.why)
        begun = next((each.begun for each in due.standings(session, {}) if each.number == given.cycle), frozenset())
    more = "nothing more" if begun else "nothing"
    print(f"Audit {given.cycle} is on hold{'' if new else ' already'}: {more} of it is removed.")
    if begun:
        removed = " and ".join(called for kind, called in CALLED.items() if kind in begun)
        print(f"A purge had begun before that: {removed} may be gone, wholly or in part, and can't be recovered.")


def lift(settings: Stored, given: argparse.Namespace) -> None:
    """Lift a hold: a purge then removes what is due of the audit."""
    with settings.database() as sessions, sessions.begin() as session:
        hold.lift(session, given.cycle)
    print(f"Audit {given.cycle} is no longer on hold. `roundtable purge` says what is due.")


def list_holds(settings: Stored, _: argparse.Namespace) -> None:
    """Print all holds, including those that were lifted."""
    with settings.database() as sessions, sessions.reading() as session:
        views = hold.every(session)
    for each in views:
        until = f" until {_day(each.lifted_at)}" if each.lifted_at else ", in force"
        print(f"{each.title}: since {_day(each.at)}{until}. {each.why}")
    if not views:
        print("No audit was ever on hold.")
