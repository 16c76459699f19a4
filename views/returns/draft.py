"""Drafts of a return: what the form says about them, and their buttons."""

from datetime import datetime

from audit.returns.draft import Discarded
from audit.returns.form import DraftView, OpenReturn
from audit.returns.found_return import Party
from views import asking
from views.parts import Block, View, actions, alert, button, confirmed, context, done, escape, section
from views.words import stamp

SAVE = "draft.save"
"""The button that saves what is typed (value: the record that the form was filled from)."""
TAKE = "draft.take"
"""The button that fills the form from a draft (value: the draft's id)."""
DISCARD = "draft.discard"
"""The button that discards the person's own draft (value: the draft's id)."""

_MOST_OTHERS = 3


def saved(opened: OpenReturn) -> list[Block]:
    """The line of the form about the draft that it is filled from: its author and time; empty without a draft."""
    draft = opened.draft
    if draft is None:
        return []
    at = stamp(draft.saved_at, opened.now)
    if draft.mine:
        return [context(f"📝 *Draft saved {at}.* It is not sent yet.")]
    if draft.ready:
        words = f"✅ *{escape(draft.by)} wrote this, and says that it is ready for sign-off* ({at})."
        return [section(f"{words}\nRead it, change what you like, and send it: that signs it off.")]
    return [context(f"📝 *Filled from the draft of {escape(draft.by)}, saved {at}.* Theirs stays as it is.")]


def others(opened: OpenReturn) -> list[Block]:
    """Other drafts that the form could be filled from: colleagues', or the person's own from another window."""
    shown = opened.others[:_MOST_OTHERS]
    blocks = [_other(each, opened.party, opened.now) for each in shown]
    left = len(opened.others) - len(shown)
    older = f"and {left} older: they appear once newer ones are sent or discarded."
    return [*blocks, context(older)] if left else blocks


def _other(draft: DraftView, party: Party, now: datetime) -> Block:
    who = "Your draft is saved" if draft.mine else f"{escape(draft.by)} has a draft"
    taking = button("Use this draft", TAKE, draft.id, about=f"{party.reference}, {draft.by}")
    ready = ", ready for sign-off" if draft.ready else ""
    return section(f"📝 {who}{ready}, saved {stamp(draft.saved_at, now)}.", taking)


def keeping(opened: OpenReturn, *more: Block) -> Block:
    """The row of buttons under the form: save, discard (if the draft is the person's own), and those in `more`."""
    row = [button("Save draft", SAVE, opened.record_id), *more]
    if opened.draft is not None and opened.draft.mine:
        discarding = button("Discard the draft", DISCARD, opened.draft.id)
        sentence = "What you typed and didn't send is lost. What was sent before stays."
        row.append(confirmed(discarding, "Discard your draft?", sentence, "Discard it"))
    return actions("form.keeping", *row)


def notice(opened: OpenReturn, where: str) -> list[Block]:
    """The message about the last press at this place of the form; usually empty."""
    return [alert(opened.notice) | {"block_id": f"{asking.ABOUT_A_PRESS}{where}"}] if opened.notice else []


def closing(opened: OpenReturn) -> list[Block]:
    """Below the buttons: that the draft is saved, or why not; and that closing the form loses unsaved text.

    Slack doesn't send the app the content of a form that is closed.
    """
    mine = opened.draft is not None and opened.draft.mine
    lost = "*Cancel* loses anything that you typed since this form last changed. To keep it, press *Save draft* first."
    why_not = [] if opened.questions else notice(opened, "closing")
    return [*why_not, *(saved(opened) if mine else []), context(lost)]


def discarded(gone: Discarded) -> View:
    """The confirmation that a draft is discarded."""
    party = gone.party
    lines = [
        f"✅ *Your draft for case {escape(party.reference)} is discarded.* What was sent before stays as it is.",
        "To begin again, close this and open the return from Home.",
    ]
    return done("Draft discarded", lines)
