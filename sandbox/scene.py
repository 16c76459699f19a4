"""The scenes the sandbox can begin with: the published cycle under way, or a workspace without any set-up."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

CYCLES: Final = Path(__file__).with_name("cycles")


@dataclass(frozen=True)
class Scene:
    """`me`: user id of the person you are at first. `talk`: the conversation shown at first ("": the app's messages).

    `about`: what is published and what invented. `story`: steps to try, as HTML; `said`: the same for a terminal.
    `loads`: whether the file `cycle` is loaded at the start. `settings`: environment variables of the product.
    """

    name: str
    me: str
    talk: str
    about: str
    story: tuple[str, ...]
    said: str
    loads: bool = True
    cycle: Path = CYCLES / "transitions.json"
    settings: dict[str, str] = field(default_factory=dict)


PUBLISHED: Final = Scene(
    name="published",
    me="U0EDUEAST",
    talk="",
    about=(
        "Published: the fifteen cases, the agencies, the judgements' totals, the ten learning themes and one's count. "
        "Invented: every reflection, answer, finding and action, the agencies' own grades, the split by area, the dates"
        " and the other themes' counts."
    ),
    story=(
        "You are Education's lead in East. <b>Open a return</b>: two pages, some of it optional. <b>Send it</b>.",
        "See the sheet beside it change within two seconds.",
        "Move the <b>clock</b> to the next thing due, and let <b>the others answer</b>.",
        "When the summaries are out, read one in #audit-east. Then be the <b>Outsider</b>, and try to read it.",
        "At the meeting, be the <b>Coordinator</b>: Home, <b>Meetings</b>, discuss a case; <b>hold the meetings</b>.",
        "Be the <b>Sub-group member</b>: the tally, <b>what was answered</b>; <b>recommend</b>; the actions on Home.",
        "Back as Coordinator: <b>Report</b> on Home: write its texts, make it, ask for its sign-offs, send it.",
        "Be the <b>Police superintendent</b>: read the report, and sign it.",
        "Sort the sheet, delete a tab, make <b>trouble</b>: watch it put itself right.",
    ),
    said="""\
Open {address} in a browser. You are Education's lead in East; what to try first:
  1. Open a return under Messages: two pages about transitions (you can skip what is optional). Send it:
     the sheet beside it follows within two seconds.
  2. Press "Let the others answer", then move the clock to the next thing due until the summaries are posted.
  3. Go on to the meeting. Be the Coordinator: Home has the agenda; discuss a case, ratify it, "Hold the meetings".
  4. Be the Sub-group member: read the tally in #quality-sub-group, press "Recommend", see the actions on Home.
     The Coordinator's Home has the report: make it, send it to the sub-group.
  5. Sort the sheet or delete a tab; make trouble ("Slack away"), send another return, and press "All well again".
Ctrl-C stops everything; what you did is kept for the next `make try` (`make try FRESH=1` starts afresh,
`make try EMPTY=1` begins with an empty workspace).""",
)

EMPTY: Final = Scene(
    name="empty",
    me="U0COORDIN",
    talk="home",
    about="Nothing was set up when this began: you have made every agency, case and audit that you see here.",
    story=(
        "You are the first <b>Coordinator</b>: the product's settings name you. Everything starts on <b>Home</b>.",
        "Set up <b>agencies</b>, any areas; then <b>people</b> (<b>Lists to paste</b> has some).",
        "Make a <b>new audit</b>; say where its messages go and when it meets; paste its <b>cases</b>.",
        "Paste the <b>sheet's address</b> (above the empty sheet on the right).",
        "<b>Open the audit</b>. Be a lead: the request has arrived under Messages.",
        "Let the others answer, move the clock, <b>hold the meetings</b>; a sub-group member can <b>recommend</b>.",
    ),
    said="""\
Open {address} in a browser. Nothing is set up; you are the Coordinator, on Home:
  1. Set up agencies, any areas, then people.
  2. Make a new audit, say where its messages go, paste its cases, and open it.
  3. Be a lead: the request has arrived under Messages.
  4. Let the others answer, move the clock to the meeting, hold it; recommend; make the report, on Home.
Ctrl-C stops everything; what you did is kept for the next `make try EMPTY=1` (with FRESH=1 it starts afresh).""",
    loads=False,
    settings={"FIRST_COORDINATOR": "T0SANDBOX1/U0COORDIN"},
)
