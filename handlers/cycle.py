"""A whole cycle at one moment: the table case by agency, and what was answered."""

from audit.cycle import answered, release
from handlers.listeners import opens, turns
from views.cycle import answered as answered_view
from views.cycle import matrix as matrix_view

LISTENERS = (
    opens(matrix_view.SHOW, release.matrix, matrix_view.shown),
    turns(matrix_view.PAGE, release.matrix, matrix_view.shown),
    opens(answered_view.SHOW, answered.read, answered_view.shown),
    turns(answered_view.PAGE, answered.read, answered_view.shown),
)
