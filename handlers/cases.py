"""A case as others read it: its summary, and the moderation of its self-grades."""

from dataclasses import replace

from audit.cases import moderation, summary
from audit.cases.moderation import Given, Moderating
from audit.errors import Refused
from audit.meeting import discussion
from audit.moment import EXCEPTION
from audit.returns.answers import GRADE, REASON, WHY
from handlers.call import Call
from handlers.listeners import on_action, on_choice, on_form, opens
from storage.clock import now
from views.cases import moderation as moderation_view
from views.cases import summary as summary_view
from views.forms import Form
from views.meeting import discussion as discussion_view
from views.parts import View
from views.preview import CHANGED, asks_otherwise


def read_summary(call: Call) -> None:
    """Open a case's summary; the reading is recorded."""
    with call.begin() as session:
        view = summary_view.full(summary.read_summary(session, call.actor(session), call.clicked), now(session))
    call.open(view)


def turn_summary(call: Call) -> None:
    """Turn to another page of it, which is a reading too."""
    at, page = call.shown, call.page
    with call.begin() as session:
        case = summary.read_summary(session, call.actor(session), at.record_id)
        view = summary_view.full(case, now(session), page)
    call.redraw(at, view)


def choose_grade(call: Call) -> None:
    """Show the moderation's form as it goes on from what was chosen in it."""
    call.redraw(call.shown, moderation_view.moderating(_chosen(call, call.form)))


def moderate(call: Call) -> View | None:
    """Keep what the meeting made of a self-grade, and go back to the case's discussion."""
    form = call.form
    try:
        with call.begin() as session:
            who = call.actor(session)
            moderated = moderation.moderate(session, who, form.record_id, _given(form))
            back = moderated.done and call.below is not None
            about = discussion.discussion(session, who, moderated.case_id) if back else None
    except Refused as refusal:
        anew = _asked_otherwise(call, form, refusal)
        if anew is None:
            raise
        return anew
    if about:
        return call.close_on(discussion_view.discussion(about))
    return moderation_view.moderated(moderated) if moderated.done else moderation_view.moderating(moderated)


def _given(form: Form) -> Given:
    return Given(
        form.text(GRADE) or None, form.text(REASON) or None, form.texts.get(WHY, ""), form.texts.get(EXCEPTION, "")
    )


def _chosen(call: Call, form: Form) -> Moderating:
    with call.reading() as session:
        return moderation.chosen(session, call.actor(session), form.record_id, _given(form))


def _asked_otherwise(call: Call, form: Form, refusal: Refused) -> View | None:
    """The form as its answers call for it, if what is wrong with them isn't asked in both; else None."""
    if not refusal.fields:
        return None
    anew = moderation_view.moderating(replace(_chosen(call, form), notice=CHANGED))
    return anew if asks_otherwise(form.asked, refusal.fields, anew) else None


LISTENERS = (
    on_action(summary_view.READ, read_summary),
    on_action(summary_view.PAGE, turn_summary),
    opens(moderation_view.MODERATE, moderation.open_moderating, moderation_view.moderating),
    on_choice(moderation_view.MODERATED, choose_grade),
    on_form(moderation_view.MODERATED, moderate),
)
