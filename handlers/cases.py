"""A case as its readers see it: its summary, and the moderation of its self-grades."""

from dataclasses import replace

from audit.cases import moderation, summary
from audit.cases.moderation import ModerationForm
from audit.errors import Refused
from audit.meeting import discussion
from handlers.call import Call
from handlers.listeners import dated, on_choice, on_form, opens, turns, updated_form
from views.cases import moderation as moderation_view
from views.cases import summary as summary_view
from views.confirming import CHANGED
from views.forms import Form
from views.meeting import discussion as discussion_view
from views.parts import View


def choose_grade(call: Call) -> None:
    """Show the moderation's form again, updated to the choices made in it."""
    call.redraw(call.shown, moderation_view.moderating(_chosen(call, call.form)))


def moderate(call: Call) -> View | None:
    """Store a moderation, and go back to the case's discussion."""
    form = call.form
    given = moderation_view.answers(form)
    if given.section != form.seen:  # sent before Slack had shown the fields of the chosen section
        return _anew(call, form)
    try:
        with call.begin() as session:
            who = call.actor(session)
            moderated = moderation.moderate(session, who, form.record_id, given)
            back = moderated.done and call.below is not None
            about = discussion.discussion(session, who, moderated.case_id) if back else None
    except Refused as refusal:
        anew = updated_form(form.asked, refusal, lambda: _anew(call, form))
        if anew is None:
            raise
        return anew
    if about:
        return call.close_on(discussion_view.discussion(about))
    return moderation_view.moderated(moderated) if moderated.done else moderation_view.moderating(moderated)


def _chosen(call: Call, form: Form) -> ModerationForm:
    with call.reading() as session:
        given = moderation_view.answers(form)
        return moderation.chosen(session, call.actor(session), form.record_id, given, form.seen)


def _anew(call: Call, form: Form) -> View:
    """The form updated to the choices made in it, with a notice."""
    return moderation_view.moderating(replace(_chosen(call, form), notice=CHANGED))


READ = dated(summary.read_summary)
LISTENERS = (
    opens(summary_view.READ, READ, lambda seen: summary_view.full(*seen), writes=True),
    turns(summary_view.PAGE, READ, lambda seen, page: summary_view.full(*seen, page), writes=True),
    opens(moderation_view.MODERATE, moderation.open_moderating, moderation_view.moderating),
    on_choice(moderation_view.MODERATED, choose_grade),
    on_form(moderation_view.MODERATED, moderate),
)
