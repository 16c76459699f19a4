"""Messages before and from a meeting: case summaries, the agenda, the pack, the dates, the tally and the matrix."""

from sqlalchemy.orm import Session

from audit.cases import summary
from audit.cycle import board as board_rules
from audit.cycle import release
from audit.cycle.outline import outline
from audit.figures import stands_out
from audit.meeting import agenda, summaries_due
from audit.report import meeting_pack
from audit.returns import calendar_file
from jobs.letters.kind import Kind, addressee
from storage.clock import now
from storage.messages import Message, MessageKind
from views.cases import summary as summary_view
from views.cycle import matrix, tally
from views.figures import stands_out as stands_out_view
from views.meeting import agenda as agenda_view
from views.parts import Content
from views.report import meeting_pack as meeting_pack_view
from views.returns import calendar_file as calendar_file_view
from views.underway import involvements


def _summary(session: Session, row: Message) -> Content | None:
    case = summary.summary(session, row.subject_id)
    if case.withdrawn:
        return involvements.withdrawn(case) if row.ts else None
    return summary_view.headlines(case, now(session))


def _agenda(session: Session, row: Message) -> Content | None:
    view = agenda.of_area(session, row.subject_id)
    return agenda_view.posted(view) if view else None


def _tally(session: Session, row: Message) -> Content:
    board = release.shared(board_rules.board(session, row.cycle_id))
    facts = stands_out_view.sentences(board.cycle, stands_out.stands_out(session, board))
    return tally.tally(
        board.cycle, board.tally, board.now, board.themes, board.graded, of=len(board.cases), stands_out=facts
    )


def _matrix(session: Session, row: Message) -> Content:
    return matrix.matrix(outline(session, row.cycle_id).conceal())


def _pack(session: Session, row: Message) -> Content | None:
    view = meeting_pack.pack(session, addressee(session, row), row.subject_id)
    return meeting_pack_view.message(view) if view else None


def _calendar(session: Session, row: Message) -> Content:
    return calendar_file_view.message(calendar_file.dates(session, addressee(session, row), row.cycle_id))


KINDS = (
    Kind(MessageKind.SUMMARY, _summary, due=summaries_due.due, called_off=True, while_open=True),
    Kind(MessageKind.AGENDA, _agenda, due=agenda.due, called_off=True, while_open=True),
    Kind(MessageKind.TALLY, _tally, called_off=True, while_open=True),
    Kind(MessageKind.MATRIX, _matrix, called_off=True, while_open=True),
    Kind(MessageKind.PACK, _pack, stays=True),
    Kind(MessageKind.CALENDAR, _calendar, stays=True),
)
