"""Learning themes, by which findings are counted across cases and cycles."""

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.findings import themes
from audit.themes import evidence, merge, split
from audit.themes.merge import INTO
from handlers.call import Call
from handlers.listeners import goes_on, on_action, on_form, opens, overall, sends, turns
from views.forms import Form
from views.parts import View, count_of
from views.themes import evidence as evidence_view
from views.themes import merge as merge_view
from views.themes import split as split_view
from views.themes import themes as themes_view


def add_themes(session: Session, who: Actor, form: Form) -> View:
    """Add learning themes, one a line."""
    added = themes.add(session, who, form.texts.get(themes.LINES, ""), seen=form.seen)
    return _listed(session, who, themes_view.added(added))


def change_theme(session: Session, who: Actor, form: Form) -> View:
    """Change a learning theme's label, whether it is a strength, and whether it is offered."""
    strength = form.text("kind") == themes_view.STRENGTH if "kind" in form.texts else None
    retired = form.text("state") == themes_view.RETIRED if "state" in form.texts else None
    theme = themes.change(
        session, who, form.record_id, form.text("label"), strength=strength, retired=retired, seen=form.seen
    )
    return _listed(session, who, f"Saved: {theme.label}.")


def _listed(session: Session, who: Actor, notice: str) -> View:
    """The list of learning themes after a change, with a notice."""
    session.flush()
    return themes_view.view(themes.theme_lines(session, who), notice=notice)


def merge_theme(call: Call) -> View | None:
    """Merge a learning theme into another one, and go back to that one's page."""
    form = call.form
    with call.begin() as session:
        who = call.actor(session)
        merging = merge.merge(session, who, form.record_id, form.text(INTO), form.seen)
        if not merging.done:
            return merge_view.merging(merging)
        page = _page(session, who, merging.into_id, f"“{merging.theme.label}” counts as this theme from now on.")
    return call.close_on(page)


def undo_merger(call: Call) -> None:
    """Undo a merger, so that the theme counts as itself again."""
    at = call.shown
    with call.begin() as session:
        who = call.actor(session)
        merge.unmerge(session, who, call.clicked, at.record_id)
        page = _page(session, who, at.record_id, "The merger is undone.")
    call.replace(at, page)


def rename_theme(call: Call) -> View | None:
    """Rename a theme, and go back to its page."""
    form = call.form
    with call.begin() as session:
        who = call.actor(session)
        themes.change(session, who, form.record_id, form.text("label"), seen=form.seen)
        page = _page(session, who, form.record_id, "The theme is renamed.")
    return call.close_on(page)


def split_theme(call: Call) -> View | None:
    """Give some of a theme's findings another theme, and go back to its page."""
    form = call.form
    chosen, into = split_view.chosen(form.ticked), "".join(form.ticked.get(INTO, ())[:1])
    with call.begin() as session:
        who = call.actor(session)
        parting = split.split(session, who, form.record_id, chosen, into, form.text(split.LABEL), form.seen)
        if not parting.done:
            return split_view.splitting(parting)
        moved = f"{count_of(len(parting.chosen), 'finding')} moved to another theme."
        page = _page(session, who, form.record_id, moved)
    return call.close_on(page)


def _page(session: Session, who: Actor, theme_id: str, notice: str) -> View:
    """A theme's page after a change, with a notice."""
    session.flush()
    return merge_view.theme_view(evidence.theme(session, who, theme_id), notice=notice)


LISTENERS = (
    opens(evidence_view.SHOW, evidence.evidence, evidence_view.view, writes=True, here=True),
    turns(evidence_view.PAGE, evidence.evidence, evidence_view.view, writes=True),
    opens(themes_view.SHOW, overall(themes.theme_lines), themes_view.view),
    turns(themes_view.PAGE, overall(themes.theme_lines), themes_view.view),
    goes_on(themes_view.ADD, overall(themes.theme_lines), themes_view.adding),
    sends(themes_view.SAVE, add_themes),
    goes_on(themes_view.EDIT, themes.theme, themes_view.changing),
    sends(themes_view.CHANGE, change_theme),
    opens(merge_view.OPEN, evidence.theme, merge_view.theme_view, writes=True),
    turns(merge_view.TURN, evidence.theme, merge_view.theme_view, writes=True),
    opens(merge_view.MERGE, merge.merging, merge_view.merging),
    on_form(merge_view.MERGED, merge_theme),
    on_action(merge_view.UNMERGE, undo_merger),
    opens(merge_view.RENAME, themes.theme, merge_view.renaming),
    on_form(merge_view.RENAMED, rename_theme),
    opens(merge_view.SPLIT, split.splitting, split_view.splitting),
    on_form(split_view.PARTED, split_theme),
)
