"""A whole cycle at one moment: the table of cases by agency, and the counts of answers."""

from audit.cycle import answered, release
from handlers.listeners import opens, turns
from views.cycle import answered as answered_view
from views.cycle import matrix

LISTENERS = (
    opens(matrix.SHOW, release.matrix, matrix.view),
    turns(matrix.PAGE, release.matrix, matrix.view),
    opens(answered_view.SHOW, answered.read, answered_view.view),
    turns(answered_view.PAGE, answered.read, answered_view.view),
)
