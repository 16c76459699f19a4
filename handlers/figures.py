"""Numbers across cases and cycles."""

from audit.figures import figures
from handlers.listeners import opens, turns
from views.figures import figures as figures_view

LISTENERS = (
    opens(figures_view.SHOW, figures.figures, figures_view.view),
    turns(figures_view.PAGE, figures.figures, figures_view.view),
)
