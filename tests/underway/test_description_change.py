"""What describes an audit in words: everybody who is asked for a return is told, and it can be put right."""

import pytest

from audit.errors import Refused
from audit.report import issue
from audit.setup import opening, plan
from audit.setup.description import TEXTS
from audit.setup.load import load
from audit.underway import description_change
from audit.underway.description_change import VERB
from bot import loading
from storage.cycles import Cycle
from tests.kit import managing
from tests.kit.forging import click, send
from tests.kit.loaded import FILE
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.posting import deliver_due
from tests.kit.pressing import acting
from views.underway.description_change import CHOOSE

BUSINESS_UNIT = "The key to the references is held by the safeguarding business unit, by secure mail."
PERIOD = "Period looked at: the twelve months before the audit opened (invented)"
NO_PERIOD = "No period is set for this audit: where it matters, say which period you mean."
ASK = "Ask the coordinator of this audit who holds the key to the references."


def form(play: Play) -> str:
    assert play.open_return("U0POLICE", "T2-EAST-01").ok
    return play.modal_text("U0POLICE")


def test_the_request_and_the_form_say_which_period_it_is_and_where_to_ask_which_child(play: Play) -> None:
    play.load()
    deliver_due(play)
    [asked], opened = managing.requests(play)["U0POLICE"], form(play)
    assert (BUSINESS_UNIT in asked, BUSINESS_UNIT in opened, PERIOD in asked, PERIOD in opened) == (True,) * 4
    assert NO_PERIOD not in opened
    assert send(play.workspace, click("U0POLICE", "returns.known", managing.cycle(play).id)).ok
    assert BUSINESS_UNIT in play.modal_text("U0POLICE")


@pytest.mark.on_sqlite
def test_what_describes_an_audit_changes_under_way_once_it_was_seen_what_follows(play: Play) -> None:
    play.load()
    deliver_due(play)
    before, number = managing.requests(play), managing.cycle(play).number
    said = managing.begin(play, CHOOSE)
    assert "title, theme, origin, the period looked at, and who holds the key" not in said, "that is the menu"
    same = managing.refusal(play, key_holder="the safeguarding business unit, by secure mail")
    assert same.count("That is what it already says") == len(TEXTS)
    wrong = managing.refusal(play, title="Ring 07700 900123", key_holder="...", period="?")
    assert "phone number" in wrong
    wrong = managing.refusal(play, title=" ", theme="!", key_holder="...", period="?")
    assert wrong.count("A letter or a digit has to be in it.") == 3
    assert wrong.count("Something must be written here.") == 1

    said = managing.previewed(
        play, title="Audit 2, Transitions to adulthood", theme="Adult services",
        origin="A review.\n\nAnd an inspection.", key_holder="the audit's administrator",
        period="1 April to 30 June 2026",
    )  # fmt: skip
    for line in (
        "It is called Audit 2, Transitions to adulthood* on Home", "*Audit theme:* Adult services (before: ",
        "*Origin:* A review. And an inspection. (before: ", "Period looked at: 1 April to 30 June 2026 (before: ",
        "is held by the audit's administrator. (before: ",
        "12 people's requests changed in place, without a new message",
    ):  # fmt: skip
        assert line in said, line
    assert managing.cycle(play).title == "Audit 2, Transitions"

    managing.agree(play)
    after, cycle = managing.requests(play), managing.cycle(play)
    assert (cycle.number, cycle.origin) == (number, "A review. And an inspection."), "one paragraph, and no new number"
    assert {user: len(texts) for user, texts in after.items()} == {user: len(texts) for user, texts in before.items()}
    for said in (after["U0POLICE"][0], form(play)):
        assert "Audit 2, Transitions to adulthood" in said
        assert "is held by the audit's administrator." in said
        assert "Period looked at: 1 April to 30 June 2026" in said
    assert "Theme: Adult services" in after["U0POLICE"][0]
    assert "Audit 2, Transitions" not in "".join(after["U0POLICE"]).replace("Transitions to adulthood", "")
    [entry] = entries(play.sessions, VERB)
    assert entry.detail == ", ".join(TEXTS), "the trail says what was changed, and no words"


def test_whoever_was_first_is_seen_and_a_name_is_asked_about(play: Play) -> None:
    """A form that was opened before somebody else changed something shows that it would take that back."""
    play.load()
    managing.begin(play, CHOOSE)
    other = acting(play, managing.COORDINATOR)
    with play.sessions.begin() as session:
        typed = {field: getattr(managing.cycle(play), field) for field in TEXTS} | {"title": "Audit 2, Adulthood"}
        for _ in range(2):
            seen = description_change.open_form(session, other, managing.cycle(play).id).mark
            shown = description_change.change(session, other, managing.cycle(play).id, typed, seen)
            assert not shown.done
        assert description_change.change(session, other, managing.cycle(play).id, typed, shown.mark).done
    said = managing.previewed(play, theme="Neglect")
    assert "This is not what you were shown before" in said
    assert "It is called Audit 2, Transitions* on Home" in said
    asked = managing.previewed(play, title="Audit 2, Adulthood", theme="Neglect of John Bloggs")
    assert "may contain a person's name. Does it identify somebody?" in asked
    assert managing.cycle(play).theme != "Neglect of John Bloggs"


def test_where_nobody_is_named_the_coordinator_is_asked_and_without_a_period_leads_say_which(play: Play) -> None:
    play.load()
    managing.begin(play, CHOOSE)
    previewed = managing.previewed(play, key_holder="", period=" ")
    assert (ASK in previewed, NO_PERIOD in previewed) == (True, True), "what follows for leads is said"
    managing.agree(play)
    [asked], opened = managing.requests(play)["U0POLICE"], form(play)
    assert (ASK in asked, ASK in opened, NO_PERIOD in opened) == (True,) * 3
    assert "eriod" not in asked

    with play.sessions.begin() as session:
        session.get_one(Cycle, managing.cycle(play).id).state = "closed"
        issue.make(session, None, managing.cycle(play).id)
    managing.menu_of_what_is_over(play)
    managing.press(play, CHOOSE)
    said = managing.previewed(play, period="The last school year")
    assert "*Version 1 of the report* says what was before: make a new version." in said, "it can still be published"
    managing.agree(play)
    assert managing.cycle(play).period == "The last school year"


def test_a_new_cycle_is_proposed_the_last_one_and_its_coordinator_is_told_if_nobody_is_named(play: Play) -> None:
    play.load(opened=False)
    who = acting(play, managing.COORDINATOR)
    with play.reading() as session:
        assert plan.propose(session, who).key_holder == managing.cycle(play).key_holder
        assert not [each for each in opening.checklist(session, managing.cycle(play).id).warnings if "key" in each]
    with play.sessions.begin() as session:
        play_cycle = managing.cycle(play).id
        shown = plan.current(session, who, play_cycle)
        answers = {
            "number": "2", "title": shown.title, "theme": shown.theme, "origin": shown.origin, "scale": shown.scale,
            "tool": shown.tool, "due": str(shown.due_on), "summary_days": "3", "sub_group_channel": shown.channel,
        }  # fmt: skip
        assert plan.save(session, who, play_cycle, answers).key_holder == ""
    with play.reading() as session:
        assert [each for each in opening.checklist(session, play_cycle).warnings if "ask the coordinator" in each]


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize(
    ("text", "kind"), [("Ring 07700 900123", "a phone number"), ("Ask John Bloggs", "a person's name")]
)
def test_a_file_whose_facts_may_hold_an_identifier_is_refused(play: Play, field: str, text: str, kind: str) -> None:
    setup = loading.read(FILE).setup
    numbered = setup.cycle.model_copy(update={field: text})
    before = rows(play.sessions)
    with play.sessions.begin() as session, pytest.raises(Refused, match=f"{field} may contain {kind}"):
        load(session, setup.model_copy(update={"cycle": numbered}))
    assert rows(play.sessions) == before
