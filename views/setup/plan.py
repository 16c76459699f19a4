"""Planning an audit cycle: its settings and description, including its period and who holds the key."""

from audit import labels
from audit.scales import Scale
from audit.setup.description import Description
from audit.setup.plan import TAKEN, Plan
from audit.setup.scale_choice import LIMIT, OWN, OWN_GRADES, SCALE
from views.confirming import previewed
from views.delivery.channels import SHARED
from views.parts import (
    Block,
    View,
    actions,
    alert,
    button,
    context,
    count_of,
    datepicker,
    done,
    escape,
    fitted,
    modal,
    radios,
    select,
    sent_at_once,
    text_input,
)
from views.pickers import channel_select, long_select
from views.setup import taken_over
from views.sheet import naming

NEW = "cycle.new"
EDIT = "cycle.edit"
PLAN = "cycle.plan"
TAKE_OVER = "cycle.taken"
TITLE, EDITING = "New audit", "Edit the audit"

_TAKEN = (
    "the audit tool and scale, what is proposed, the quorum, when summaries come, the sub-group's channel, what the"
    " Google Sheet shows"
)
_OWN = (
    "number, title, theme, origin, deadline, cases and the Google Sheet, which are each audit's own; meetings and"
    " channels, which *Meetings and channels* offers next; agencies, people and roles, which stay as they are"
)
_MEANINGS = 2000
_MOST_DAYS = 20
_YES_NO = (("yes", "Yes: grades and reflections"), ("no", "No: grades only"))
_RULES = {
    "none": "Nothing: the spread of the self-grades is shown",
    "lowest": "The lowest self-grade of a case",
    "median": "The middle self-grade; of two in the middle, the worse",
}
_SCALE = "An audit keeps its scale once it is open."
_OWN_GRADES = "One grade a line, the best first. You can add its meaning after a |, such as: Good | Needs were met."
_PROPOSED = "Only a proposal: the meeting ratifies the judgement, whatever the rule proposes."
_QUORUM = "How many of the agencies that sent a return must agree or disagree: a number (3), a share (50%), or all."


def form(plan: Plan, notice: str = "", mark: str = "") -> View:
    """The form of a cycle's plan. `notice`: why it is shown again, or ""; `mark`: the mark of its inputs."""
    top = [alert(notice)] if notice else []
    blocks = [*top, *_earlier(plan), *_about(plan), *_grades(plan), *_when(plan), *_where(plan)]
    title = TITLE if plan.fresh else EDITING
    shown = previewed(blocks, f"{TAKEN}{plan.taken.number}" if plan.taken else mark or plan.mark)
    return modal(title, shown, record_id=plan.cycle_id, verb=PLAN, submit="Save")


def _earlier(plan: Plan) -> list[Block]:
    """A button that takes over the previous audit's set-up; once pressed, what was taken over and what wasn't."""
    if plan.taken is None:
        whole = button(taken_over.name(plan.earlier), TAKE_OVER, plan.cycle_id) if plan.earlier else None
        return [actions("earlier", whole)] if whole else []
    also = (", the period" if plan.taken.period else "") + (", who holds the key" if plan.taken.key_holder else "")
    return [*taken_over.blocks(plan.taken.number, f"{_TAKEN}{also}", _OWN), *(alert(each) for each in plan.taken.lost)]


def _about(plan: Plan) -> list[Block]:
    number = text_input("number", "Number", str(plan.number), limit=4, multiline=False, optional=False)
    return [number, *description_boxes(plan)]


def _grades(plan: Plan) -> list[Block]:
    return [
        sent_at_once(long_select("tool", "Audit tool", plan.tools, plan.tool)),
        *_scale(plan),
        radios("proposal", "What is proposed to the meeting", list(_RULES.items()), plan.proposal, hint=_PROPOSED),
        text_input("quorum", "Quorum", plan.quorum, limit=4, multiline=False, optional=False, hint=_QUORUM),
    ]


def _scale(plan: Plan) -> list[Block]:
    """The choice of a scale, with the meaning of its grades; if the audit tool has its own scale, that scale."""
    if plan.brought is not None:
        return [context("*This audit tool brings its own grades:*"), context(_described(plan.brought))]
    choices = [*((scale.key, scale.title) for scale in plan.scales), (OWN, "Our own grades")]
    asked = sent_at_once(select(SCALE, "Grade scale", choices, plan.scale, optional=False, hint=_SCALE))
    if plan.scale == OWN:
        return [
            asked, text_input(
                OWN_GRADES, "Our grades", plan.own_grades, limit=LIMIT, optional=False, hint=_OWN_GRADES
            ),
        ]  # fmt: skip
    return [asked, *(context(_described(scale)) for scale in plan.scales if scale.key == plan.scale)]


def _described(scale: Scale) -> str:
    """A scale's grades with their descriptors."""
    described = (f"{escape(grade.label)}: {escape(grade.descriptor)}".removesuffix(": ") for grade in scale.grades)
    return fitted("\n".join(f"• {grade}" for grade in described), _MEANINGS)


def _when(plan: Plan) -> list[Block]:
    due = datepicker(
        "due", "Deadline for returns", plan.due_on.isoformat() if plan.due_on else "", optional=False,
        hint="Returns are on time until 5 pm on that day.",
    )  # fmt: skip
    days = [(str(number), _before(number)) for number in range(_MOST_DAYS + 1)]
    hint = "For each meeting, at 9 am on that day."
    return [
        due,
        select("summary_days", "Case summaries are posted", days, str(plan.summary_days), optional=False, hint=hint),
    ]


def _before(days: int) -> str:
    return f"{count_of(days, 'working day')} before the meeting" if days else "On the meeting's day"


def _where(plan: Plan) -> list[Block]:
    hint = f"A private channel. Invite the app to it. The tally goes there. {SHARED}"
    reflections = radios(
        "reflections", "Does the Google Sheet show what agencies wrote?", _YES_NO, "yes" if plan.reflections else "no"
    )
    channel = channel_select("sub_group_channel", "Sub-group's channel", plan.channel, hint=hint)
    return [channel, reflections, naming.readers(unreleased=plan.unreleased)]


def saved(plan: Plan) -> View:
    """The confirmation of a cycle's plan, with what comes next."""
    lines = [
        f"✅ *{escape(plan.name)}* is saved. It is not open yet.",
        "Next, on Home under *Manage this audit*: meetings and channels, cases, the Google Sheet. Then open the audit.",
    ]
    return done("The audit is planned", lines, clears=True)


_HOLDER_HINT = (
    "Who can tell a lead which child a reference means, and where to find them. A role or a team: no name, number or"
    " e-mail address. If it is empty, leads are told to ask the coordinator."
)


_PERIOD_HINT = (
    "For example: 1 April to 30 June 2026, or: the six months before the audit opened. Leads read it in their requests"
    " and above their returns, and others in the report. If it is empty, leads are asked to say which period they mean."
)


_ORIGIN_HINT = "Where it comes from: a review's recommendation, an inspection, data, an earlier audit."


def description_boxes(said: Plan | Description) -> list[Block]:
    """The fields that describe a cycle in words, one for each of TEXTS."""

    def line(field: str, label: str, value: str, limit: int, hint: str, *, optional: bool = False) -> Block:
        return text_input(field, label, value, limit=limit, multiline=False, optional=optional, hint=hint)

    return [
        line("title", "Title", said.title, labels.TITLE, "For example: Audit 2, Transitions"),
        line("theme", "Audit theme", said.theme, labels.THEME, "The topic that was chosen for this audit."),
        text_input("origin", "Origin", said.origin, limit=labels.ORIGIN, optional=False, hint=_ORIGIN_HINT),
        line("period", "The period looked at", said.period, labels.PERIOD, _PERIOD_HINT, optional=True),
        line(
            "key_holder", "The key to the references is held by", said.key_holder, labels.KEY_HOLDER, _HOLDER_HINT,
            optional=True,
        ),
    ]  # fmt: skip
