"""Outstanding returns: progress, the coordinator's nudge, and snoozing reminders."""

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.chasing import nudge, progress, snooze
from audit.returns import waiting
from handlers.listeners import dated, opens, sends, turns
from storage.clock import now
from views.chasing import channel_prompt, reminders
from views.chasing import progress as progress_view
from views.chasing import snooze as snooze_view
from views.forms import Form
from views.parts import View


def send_nudge(session: Session, who: Actor, form: Form) -> View:
    """Send reminders to the people listed in the preview."""
    return reminders.nudged(nudge.send(session, who, form.record_id, form.view_id, form.text(nudge.WHO), form.seen))


def snooze_reminders(session: Session, who: Actor, form: Form) -> View:
    """Store a person's snooze date."""
    until = snooze.choose(session, who, form.record_id, form.text(snooze.UNTIL))
    return snooze_view.snoozed(until, now(session))


LISTENERS = (
    opens(progress_view.SHOW, progress.progress, progress_view.view),
    turns(progress_view.PAGE, progress.progress, progress_view.view),
    opens(channel_prompt.MINE, dated(waiting.waiting), lambda seen: channel_prompt.mine(*seen)),
    opens(reminders.NUDGE, nudge.preview, reminders.nudge),
    sends(reminders.SEND, send_nudge),
    opens(snooze_view.CHOOSE, snooze.choices, snooze_view.choosing),
    sends(snooze_view.REST, snooze_reminders),
)
