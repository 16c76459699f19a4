"""Which child is it, and which period? Everybody who is asked for a return is told, or where to ask."""

import pytest

from audit.errors import Refused
from audit.report import issue
from audit.setup import opening, plan
from audit.setup.load import load
from bot import loading
from storage.cycles import Cycle
from tests.kit import managing
from tests.kit.forging import click, send
from tests.kit.loaded import FILE
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.posting import deliver_due
from tests.kit.pressing import acting

BUSINESS_UNIT = "The key to the references is held by the safeguarding business unit, by secure mail."
PERIOD = "Period looked at: the twelve months before the audit opened (invented)"
NO_PERIOD = "No period is set for this audit: where it matters, say which time you mean."
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


def test_what_leads_are_told_changes_under_way_once_it_was_seen_what_follows(play: Play) -> None:
    play.load()
    deliver_due(play)
    before = managing.requests(play)
    managing.begin(play, "period_key.choose")
    same = managing.refusal(play, key_holder="the safeguarding business unit, by secure mail")
    assert same.count("stands there already") == len(["period", "key_holder"])
    assert "phone number" in managing.refusal(play, key_holder="the unit, 07700 900123")
    assert "A letter or a digit has to be in it." in managing.refusal(play, key_holder=". . .")
    wrong = managing.refusal(play, period="?", key_holder="...")
    assert wrong.count("A letter or a digit has to be in it.") == len(["period", "key_holder"])
    said = managing.previewed(play, key_holder="the audit's administrator", period="1 April to 30 June 2026")
    assert "12 people's requests changed in place, without a new message" in said
    assert "Period looked at: 1 April to 30 June 2026" in said
    assert managing.cycle(play).key_holder == "the safeguarding business unit, by secure mail"

    managing.agree(play)
    after = managing.requests(play)
    assert {user: len(texts) for user, texts in after.items()} == {user: len(texts) for user, texts in before.items()}
    for said in (after["U0POLICE"][0], form(play)):
        assert "is held by the audit's administrator." in said
        assert "Period looked at: 1 April to 30 June 2026" in said
    assert len(entries(play.sessions, "period_key.change")) == 1

    with play.sessions.begin() as session:
        session.get_one(Cycle, managing.cycle(play).id).state = "ratified"
        issue.make(session, None, managing.cycle(play).id)
    managing.begin(play, "period_key.choose")
    said = managing.previewed(play, key_holder="the audit's administrator", period="The last school year")
    assert "*The report* that was made says the period before" in said, "it was read there, and can still be put right"
    managing.agree(play)
    assert managing.cycle(play).period == "The last school year"


def test_where_nobody_is_named_the_coordinator_is_asked_and_without_a_period_leads_say_which(play: Play) -> None:
    play.load()
    managing.begin(play, "period_key.choose")
    previewed = managing.previewed(play, key_holder="", period=" ")
    assert (ASK in previewed, NO_PERIOD in previewed) == (True, True), "what follows for leads is said"
    managing.agree(play)
    [asked], opened = managing.requests(play)["U0POLICE"], form(play)
    assert (ASK in asked, ASK in opened, NO_PERIOD in opened) == (True,) * 3
    assert "eriod" not in asked


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


@pytest.mark.parametrize("field", ["title", "theme", "origin", "period", "key_holder"])
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
