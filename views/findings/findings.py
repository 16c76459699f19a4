"""Findings: a finding in words, and the form that adds, changes or withdraws one."""

from collections.abc import Iterable

from audit.findings.edit import AGENCY, KIND, NO_THEME, SEVERAL, TEXT, THEME, OpenFinding
from audit.findings.findings import FindingView
from views.confirming import previewed
from views.findings.earlier_text import earlier
from views.parts import (
    Block,
    View,
    actions,
    alert,
    button,
    confirmed,
    divider,
    done,
    escape,
    modal,
    paragraphs,
    radios,
    section,
    text_input,
    verbatim,
)
from views.pickers import grouped_select
from views.words import CAUTION, beside

NEW = "finding.new"
"""The button that opens the form of a new finding (value: the case's id)."""
ADD = "finding.add"
"""The callback id of the form of a new finding."""
EDIT = "finding.edit"
"""The button that opens the form of an existing finding (value: the finding's id)."""
SAVE = "finding.save"
"""The callback id of the form of an existing finding."""
WITHDRAW = "finding.withdraw"
"""The button in an existing finding's form that withdraws it (value: the finding's id)."""

KINDS = {"strength": "Strength", "concern": "Concern", "learning": "Learning"}
TOGETHER = "Several agencies together"
NONE = "No learning theme"

_KIND_CHOICES = (
    ("strength", "Strength: something that went well"),
    ("concern", "Concern: something that should have been better"),
    ("learning", "Learning: what agencies can take from it"),
)
_QUICKER = (
    "This finding was changed while you were writing. Nothing of yours is lost: it is below, under the current text. "
    "Saving replaces that with yours."
)


def about(finding: FindingView) -> str:
    """A finding's kind, agency and learning theme: mrkdwn."""
    who = escape(finding.agency or TOGETHER)
    theme = f" · {escape(finding.theme)}" if finding.theme else ""
    return f"*{KINDS[finding.kind]}* · {who}{theme}"


def lines(finding: FindingView, *beside: Block) -> list[Block]:
    """A finding in full, with the button `beside` it if given."""
    return [section(about(finding), *beside), *verbatim(finding.text)]


def changing(finding: FindingView) -> Block:
    """The button that opens the form of an existing finding."""
    return button("Change", EDIT, finding.id, about=f"{KINDS[finding.kind]}, {finding.reference}")


def form(opened: OpenFinding) -> View:
    """The form of a finding. Its mark is the version that it shows or, for a new finding, the id that it will get."""
    new = not opened.version
    blocks = paragraphs([beside(f"*Case {escape(opened.reference)}*", opened.area)])
    if opened.stands is not None:
        blocks += [alert(_QUICKER), section("*What stands now:*"), *lines(opened.stands), divider()]
    blocks += [section(CAUTION), *previewed(_inputs(opened), opened.finding_id if new else str(opened.version))]
    if new:
        return modal("Add a finding", blocks, record_id=opened.case_id, verb=ADD, submit="Add")
    blocks += [_withdrawing(opened), *earlier(opened.before)]
    return modal("Change a finding", blocks, record_id=opened.finding_id, verb=SAVE, submit="Save")


def _inputs(opened: OpenFinding) -> Iterable[Block]:
    given = opened.wording
    agencies = (("More than one", ((SEVERAL, TOGETHER),)), ("This case's agencies", opened.agencies))
    themes = (
        ("No theme yet", ((NO_THEME, NONE),)),
        ("Learning themes", opened.themes),
        ("No longer offered", opened.past),
    )
    yield radios(KIND, "What sort of finding is it?", _KIND_CHOICES, given.kind or None)
    yield text_input(TEXT, "What was found", given.text, optional=False)
    yield grouped_select(AGENCY, "Which agency is it about?", agencies, given.agency)
    hint = "Counted by cases: “4 of 15 cases”. Themes are added under Learning themes, on Home."
    yield grouped_select(THEME, "Learning theme", themes, given.theme, hint=hint)


def _withdrawing(opened: OpenFinding) -> Block:
    asking = "It is no longer shown or counted. It stays stored, and the trail says who withdrew it."
    taking = button("Withdraw this finding", WITHDRAW, opened.finding_id, about=opened.reference)
    return actions("withdrawing", confirmed(taking, "Withdraw the finding?", asking, "Withdraw it"))


def saved(opened: OpenFinding) -> View:
    """The confirmation of a finding that was added or changed."""
    lines = [
        f"✅ *The finding about case {escape(opened.reference)} is saved.*",
        "The summary, the tally and the sheet are updated automatically.",
    ]
    return done("Finding saved", lines)


def withdrawn(opened: OpenFinding) -> View:
    """The confirmation that a finding was withdrawn."""
    lines = [
        f"✅ *The finding about case {escape(opened.reference)} is withdrawn.*",
        "It is no longer shown or counted.",
    ]
    return done("Finding withdrawn", lines)
