"""The command that erases texts of a case or an audit: it says what would go and what people must do, or does it."""

import argparse
import sys
from collections.abc import Iterator

from audit.calendar import stamp
from audit.errors import Refused
from audit.governance import erase
from audit.governance.erase import Asked, ErasePlan
from audit.governance.export_rows import ExportedText
from audit.report import words_that_stay
from bot.export_cli import role
from bot.retention_cli import READER
from bot.settings import Stored
from storage.remembered import UnusableFile
from views.governance import export
from views.parts import count_of


def remove(settings: Stored, given: argparse.Namespace) -> None:
    """Say which texts of a case or an audit would be erased, and where else they are; with --for-good, erase them."""
    if not given.case and given.audit is None:
        raise Refused("Name the case that the texts are about or, for texts of the audit itself, name it with --audit.")
    if bool(given.text) == given.all_texts:
        raise Refused(
            "Say with --text which texts, or --all-texts. `roundtable export case` and `roundtable export audit` list"
            " each text with its reference."
        )
    if not given.case and given.all_texts:
        raise Refused("--all-texts is only for a case. Name the audit's texts with --text.")
    references = tuple(each.strip().upper() for each in given.text)
    asked = Asked(given.case, given.audit, references, role(given.by), given.because)
    words = words_that_stay.LASTING
    with settings.database() as sessions:
        with sessions.reading() as session:
            plan = erase.plan(session, asked, words)
        if not given.for_good:
            print("\n".join([*_planned(plan), *_by_hand(plan, settings), _NOTHING]))
            return
        try:
            count = erase.erase_for_good(sessions, settings.remembered, plan, asked, words)
        except UnusableFile as wrong:
            raise Refused(f"{wrong} Nothing was erased.") from None
        compact = sessions.compact()
    print("\n".join([*_done(plan, count), *_by_hand(plan, settings)]))
    if not compact:
        sys.exit(READER)
    print("Nothing that was erased is left in the database's own files.")


_ALIKE = (
    "Other texts in the same words, which aren't copies. They stay unless you name them with --text, too. If one is"
    " about another case, name it in a command for that case:"
)
_NOTHING = "Nothing was changed. The same command with --for-good erases this; that can't be undone."


def _planned(plan: ErasePlan) -> Iterator[str]:
    yield f"{_called(plan)}: {count_of(len(plan.texts), 'text')} to be erased."
    yield from (f"  {_described(each)}" for each in plan.texts)
    yield from _before(plan)
    for heading, texts in (
        ("Copies of these. They go too:", plan.copies),
        ("Texts that quote these. The quotations go, the rest stays:", plan.quoting),
        (_ALIKE, plan.alike),
    ):
        if texts:
            yield heading
            yield from (f"  {_described(each)}" for each in texts)
    if plan.rows:
        rows = (f"{count:,} in {table}" for table, count in sorted(plan.rows.items()))
        yield f"Their words are in {count_of(sum(plan.rows.values()), 'row')} of the database: {', '.join(rows)}."
        yield (
            "“(erased)” takes their place in what Slack shows in full, in the sheet, and in whatever is made from now"
            " on. Grades, dates, states and every number stay."
        )


def _called(plan: ErasePlan) -> str:
    return plan.called[:1].upper() + plan.called[1:]


def _described(each: ExportedText) -> str:
    parts = (
        each.reference, export.what(each), each.agency, f"version {each.version}" if each.version else "", each.by,
        stamp(each.at) if each.at else "", count_of(len(each.wording), "character"),
    )  # fmt: skip
    return " · ".join(filter(None, parts))


def _before(plan: ErasePlan) -> Iterator[str]:
    if plan.before:
        yield f"Erased before: {', '.join(plan.before)}. The trail says when, by whom and why."


def _done(plan: ErasePlan, count: int) -> Iterator[str]:
    yield from _before(plan)
    if count:
        yield (
            f"{_called(plan)}: {count_of(len(plan.texts), 'text was', 'texts were')} erased, from"
            f" {count_of(count, 'row')}. The worker now updates the sheet and the messages."
        )
    elif not plan.before:
        yield f"{_called(plan)}: there was nothing left to erase."


def _by_hand(plan: ErasePlan, settings: Stored) -> Iterator[str]:
    """What has these texts and is out of Roundtable's reach, a line each."""
    if not (plan.rows or plan.before):
        return
    yield "By hand, because Roundtable can't:"
    for unopened in plan.left:
        yield f"  {unopened.table}.{unopened.column} of row {unopened.row_id} {unopened.why}, and may have them."
    for address in plan.sheets:
        yield f"  {address}: Google keeps its earlier versions, and what people copied into it."
    if "sheet_remarks" in plan.rows:
        yield "  In the sheet, people's own cells have these words: have them deleted, or they come back."
    for version in plan.reports:
        to = (f"{each.audience} ({stamp(each.sent_at)})" for each in plan.sent if each.version == version)
        yield f"  Version {version} of the report, as a file, which went to: {'; '.join(to) or 'nobody that is known'}."
    for each in plan.files:
        yield f"  {stamp(each.at)}: {each.who or 'somebody'} got {each.what}, which may have them."
    yield (
        f"  Backups have them until they are deleted: each {settings.keep_backup_days:,} days after it was made. If one"
        f" is restored they are erased again, as long as {settings.remembered.file.absolute()} is there."
    )
    yield "  What people wrote in Slack themselves, printed, downloaded or copied."
