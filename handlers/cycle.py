"""A whole cycle at one moment: the table case by agency."""

from audit.cycle import release
from handlers.listeners import opens, turns
from views.cycle import matrix as matrix_view

LISTENERS = (
    opens(matrix_view.SHOW, release.matrix, matrix_view.shown),
    turns(matrix_view.PAGE, release.matrix, matrix_view.shown),
)
