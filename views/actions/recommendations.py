"""Recommendations: the list with their actions, the themes without one, and the form of a recommendation."""

from audit.actions.actions import STATES
from audit.actions.edit_recommendation import AGENCIES, TEXT, THEMES, RecommendationForm
from audit.actions.recommendations import Recommendations, RecommendationView
from audit.tools import TEXT_LIMIT
from views.actions.actions import NEW as NEW_ACTION
from views.actions.actions import line
from views.confirming import marked, previewed
from views.findings.earlier_text import earlier
from views.pages import Unit, list_modal, pages
from views.parts import (
    Block,
    View,
    actions,
    alert,
    button,
    confirmed,
    context,
    count_of,
    divider,
    escape,
    fitted,
    header,
    modal,
    multi_select,
    paragraphs,
    section,
    text_input,
    verbatim,
)
from views.words import CAUTION

SHOW = "recommendations.show"
"""The button that shows a cycle's recommendations (value: the cycle's id)."""
PAGE = "recommendations.page"
NEW = "recommendation.new"
"""The button that opens the form of a new recommendation (value: the cycle's id)."""
ADD = "recommendation.add"
EDIT = "recommendation.edit"
SAVE = "recommendation.save"
WITHDRAW = "recommendation.withdraw"

TITLE = "Recommendations"
_AGAIN = "This recommendation was changed since you opened this form. What you wrote is below, and isn't saved."
_NAMES = 1500
"""The most characters of names in one line."""


def view(listing: Recommendations, page: int = 0, *, notice: str = "") -> View:
    """A page of a cycle's recommendations."""
    current = pages(_units(listing)).nearest(page)
    top = [section(f"*{escape(listing.title)}*{current.where}")]
    if listing.changes:
        top.append(actions("new", button("New recommendation", NEW, listing.cycle_id, primary=True)))
    blocks = [*top, *current.blocks, *current.turning(PAGE)]
    return list_modal(TITLE, blocks, record_id=listing.cycle_id, notice=notice)


def _units(listing: Recommendations) -> list[Unit]:
    units: list[Unit] = []
    for each in listing.recommendations:
        units.append(("", _recommendation(listing, each)))
        units += [(f"Recommendation {each.number}", [line(action, listing.now)]) for action in each.actions]
    if not units:
        units = [("", [section("There is no recommendation yet.")])]
    return [*units, *_unanswered(listing)]


def _recommendation(listing: Recommendations, each: RecommendationView) -> list[Block]:
    themes = ", ".join(theme.label for theme in each.themes)
    agencies = ", ".join(label for _, label in each.agencies)
    lines = [
        f"*{STATES[each.state]}* · {count_of(len(each.actions), 'action')}",
        f"Learning themes: {fitted(themes, _NAMES) or 'none'}",
        f"To: {fitted(agencies, _NAMES) or 'no one agency'}",
    ]
    blocks = [divider(), header(f"Recommendation {each.number}"), *verbatim(each.text), *paragraphs(lines)]
    return [*blocks, actions(marked(f"of-{each.id}", str(each.version)), *_doings(each))] if listing.changes else blocks


def _doings(each: RecommendationView) -> list[Block]:
    about = f"recommendation {each.number}"
    withdrawing = confirmed(
        button("Withdraw", WITHDRAW, each.id, about=about),
        "Withdraw it?",
        f"Recommendation {each.number} is no longer shown or reported. Its number isn't used again.",
        "Withdraw it",
    )
    open_ones = any(not action.closed for action in each.actions)
    return [
        button("Add an action", NEW_ACTION, each.id, about=about),
        button("Change", EDIT, each.id, about=about),
        *([] if open_ones else [withdrawing]),
    ]


def _unanswered(listing: Recommendations) -> list[Unit]:
    if not listing.unanswered:
        return []
    lines = [f"• {escape(each.theme)}: {each.cases} of {count_of(each.of, 'case')}" for each in listing.unanswered]
    return [("", [divider(), header("Learning themes without a recommendation"), *paragraphs(lines)])]


def drafting(form: RecommendationForm) -> View:
    """The form of a recommendation, new or existing."""
    named = form.number is not None
    about = f"Recommendation {form.number}, audit {form.cycle_number}" if named else f"Audit {form.cycle_number}"
    top = [alert(_AGAIN)] if form.again else []
    inputs = [
        text_input(TEXT, "What the sub-group recommends", form.wording.text, limit=TEXT_LIMIT, optional=False),
        *_choice(THEMES, "Learning themes that it answers", form.themes, form.wording.themes),
        *_choice(AGENCIES, "Agencies that it is for", form.agencies, form.wording.agencies),
    ]
    blocks = [*top, section(f"*{about}*"), context(CAUTION)]
    verb, submit = (SAVE, "Save") if named else (ADD, "Add")
    title = "Change recommendation" if named else "New recommendation"
    blocks = [*previewed([*blocks, *inputs], form.mark), *earlier(form.before)]
    return modal(title, blocks, record_id=form.record_id, verb=verb, submit=submit)


def _choice(field: str, label: str, choices: tuple[tuple[str, str], ...], chosen: tuple[str, ...]) -> list[Block]:
    return [multi_select(field, label, choices, chosen, len(choices))] if choices else []
