"""The tab As ratified: each case as it was when first ratified, whatever happened to it since."""

from datetime import datetime

from audit.cases import graded_sections
from audit.cases.summary import CaseView
from audit.cycle.board import Board
from audit.scales import AWAITING
from sheets.drawing.words import DECLINED, DIDNT_COME, NIL, YES, apart, grade_label, moment, rules
from sheets.tabs import Column, Row, Tab, Value
from sheets.text import clean

SHEET_ID = 731_000_009
_GIVEN = {AWAITING: DIDNT_COME, "nil": NIL, "declined": DECLINED}


def tab(board: Board) -> Tab:
    """The tab As ratified: a row for each case, empty until the case is ratified."""
    agencies = board.cycle.agencies
    columns = (
        Column("reference", "Case", 120, identity=True),
        *([Column("area", "Area", 90)] if board.cycle.areas else []),
        Column("at", "Ratified (London)", 190, kind="moment"),
        *(Column(f"agency:{label}", clean(short), 150, wrap=True) for label, short in agencies),
        Column("judgement", "Case judgement", 160, wrap=True),
        *(
            Column(f"judged:{key}", clean(name), 130, wrap=True)
            for key, name in graded_sections.names(board.cycle.tool).items()
        ),
        Column("since", "Changed since", 90),
    )
    first = f"agency:{agencies[0][0]}" if agencies else "judgement"
    return Tab(
        "ratified",
        "As ratified",
        SHEET_ID,
        columns,
        tuple(_row(board, case) for case in board.cases),
        frozen=1,
        rules=rules(board.cycle.scale),
        coloured=(first, "judgement"),
        apart=apart(board.cycle.tool, "judged"),
    )


def _row(board: Board, case: CaseView) -> Row:
    area = [clean(case.area)] if board.cycle.areas else []
    when = None if case.concealed else board.history.ratified_at(case.id)
    if when is None:
        values: list[Value] = [""] * (len(board.cycle.agencies) + len(board.cycle.tool.graded) + 3)
    else:
        then, now = (_shown(board, case, at) for at in (when, board.now))
        values = [moment(when), *then, YES if then != now else ""]
    return Row(case.id, (clean(case.reference), *area, *values))


def _shown(board: Board, case: CaseView, at: datetime) -> list[str]:
    """The words at a moment: each agency's (moderated) grade or state, the judgement, the sections' judgements."""
    returns = {line.agency: board.history.stood(line.return_id, at) for line in case.lines}
    words = {
        agency: _GIVEN.get(stood.result) or grade_label(case.scale, stood.settled) for agency, stood in returns.items()
    }
    judged = board.history.judged(case.id, at)
    judgement = grade_label(case.scale, judged.grade) if judged else "Re-opened"
    by_section = judged.sections if judged else {}
    given = (section.shown(by_section.get(section.key, "")) for section in board.cycle.tool.graded)
    return [*(words.get(label, "") for label, _ in board.cycle.agencies), judgement, *given]
