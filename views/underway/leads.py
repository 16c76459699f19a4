"""Replacing a lead in a cycle under way."""

from audit.labels import within
from audit.underway.leads import FROM, TO, LeadRole, Replacing
from views.confirming import two_step_form
from views.parts import Block, View, context, done, escape, modal, person_select, section, select, shorten
from views.people.outside import outsider
from views.underway.change import following, sent

CHOOSE = "lead.choose"
"""The button that opens the form (value: the cycle's id)."""
REPLACE = "lead.replace"

TITLE = "Replace a lead"
_MOST = 100
_PLACE = 40
"""The most characters of an agency's name in a menu, which leave room for its lead."""


def replacing(change: Replacing) -> View:
    """The form; after the first step it previews what follows."""
    about = [section(f"*{escape(change.title)}*")]
    if not change.leads:
        return modal(TITLE, [*about, section("No agency of this audit has a lead. Add leads under People, on Home.")])
    leads = change.leads
    if change.lead:  # first, so that it is among the choices shown, however many there are
        leads = (change.lead, *(each for each in leads if each.role_id != change.lead.role_id))
    choices = [(each.role_id, _choice(each)) for each in leads[:_MOST]]
    more = [context("Others can be replaced under People, on Home.")] if len(leads) > _MOST else []
    inputs = [
        select(FROM, "Lead", choices, change.lead.role_id if change.lead else None, optional=False),
        *more,
        person_select(TO, "New lead", change.user_id, hint="A person in Slack, registered or not."),
    ]
    return two_step_form(
        TITLE, change.cycle_id, REPLACE, about, inputs, _preview(change), "Replace the lead",
        change,
    )  # fmt: skip


def _choice(lead: LeadRole) -> str:
    return f"{within(shorten(lead.agency, _PLACE), lead.area)}: {lead.label}"


def _place(lead: LeadRole) -> str:
    return escape(within(lead.agency, lead.area))


def _preview(change: Replacing) -> list[Block]:
    if change.lead is None:
        return []
    former, successor = escape(change.lead.label), escape(change.successor)
    lines = [
        f"*{successor} leads {_place(change.lead)} in place of {former}.*",
        f"{former} can't open the agency's returns any more, from that moment.",
        "Drafts stay with the agency: the new lead can go on from them.",
    ]
    if change.new:
        lines.append(f"{successor} is registered and gets access.")
    if change.outsider:
        lines.append(outsider(change.outsider).removeprefix("• "))
    if change.covered:
        lines.append(f"{escape(change.covered)} covered for {former}: that ends.")
    if len(change.cycles) > 1:
        numbers = ", ".join(map(str, change.cycles))
        lines.append(f"This holds for every audit under way that asks the agency: audits {numbers}.")
    return following(change.follows, *lines)


def replaced(change: Replacing) -> View:
    """The confirmation of an agency's new lead."""
    place = _place(change.lead) if change.lead else "the agency"
    lines = [
        f"✅ *{escape(change.successor)} leads {place} now.*",
        *(sent(change.follows) if change.follows else ()),
    ]
    return done("Lead replaced", lines, clears=True)
