"""What free text is refused for and what is asked about, through signed requests on both databases."""

import json

import pytest

from audit.access import Actor
from audit.errors import Refused
from audit.screening import denied, screen
from audit.setup.load import add_case
from bot.settings import PATIENCE, Settings
from sandbox.slack import Outcome
from storage.clock import now
from storage.crypto import Vault, marks, new_key
from storage.cycles import CycleArea
from storage.denied import DeniedName
from storage.engine import Sessions
from tests.kit.finding import add, findings, released
from tests.kit.looking import entries, rows
from tests.kit.managing import COORDINATOR, enter
from tests.kit.play import Play
from tests.kit.pressing import LEAD, acting
from views.asking import ANSWER_FIRST

CASE = "T2-EAST-03"
BORN = "She was born on 14/03/2009 in the county."
LATER = "She was born on 15/03/2009 in the county."
NAMED = "Her aunt, Jane Sample, was asked."


def questions(play: Play, user: str) -> list[str]:
    """The block ids of the questions in the topmost modal."""
    blocks: list[dict[str, object]] = play.modal(user).content["blocks"]  # type: ignore[assignment]
    return [str(block["block_id"]) for block in blocks if str(block.get("block_id")).startswith("nobody-")]


def answer(play: Play, user: str) -> None:
    """Say of everything that is asked about that it identifies nobody."""
    play.fill(user, **{block_id: [block_id.removeprefix("nobody-")] for block_id in questions(play, user)})


def names(play: Play, added: str = "", gone: str = "") -> Outcome:
    assert play.press_on_home(COORDINATOR, "names.show", "names.show").ok
    play.fill(COORDINATOR, names=added, gone=gone)
    return play.send(COORDINATOR)


@pytest.mark.on_sqlite
def test_fault_23_a_return_is_asked_about_and_sent_once_its_writer_says_that_nobody_is_identified(play: Play) -> None:
    play.load()
    play.open_return(LEAD, CASE)
    play.fill(LEAD, voice=BORN, learning=NAMED, grade="good", why="So.")
    play.send(LEAD)
    assert len(questions(play, LEAD)) == 2
    text = play.modal_text(LEAD)
    assert "“Voice of the child” may contain a full date of birth. Does it identify somebody?" in text
    assert "may contain a person's name" in text
    assert BORN in str(play.modal(LEAD).values)
    assert rows(play.sessions)["return_versions"] == rows(play.sessions)["drafts"] == []
    play.send(LEAD)  # unanswered: said where the answer is missing
    assert play.modal(LEAD).field_errors == dict.fromkeys(questions(play, LEAD), ANSWER_FIRST)
    assert rows(play.sessions)["return_versions"] == []
    answer(play, LEAD)
    assert play.send(LEAD).ok
    assert len(rows(play.sessions)["return_versions"]) == 1
    said = entries(play.sessions, "identifier.none")
    assert {entry.detail for entry in said} == {"voice: a full date of birth", "learning: a person's name"}
    assert "14/03" not in str([vars(entry) for entry in said])
    assert "Sample" not in str([vars(entry) for entry in said])


def test_fault_23_every_kind_that_is_refused_in_a_text_is_named_at_once(play: Play) -> None:
    play.load()
    assert names(play, added="Sample Bloggs").ok
    play.open_return(LEAD, CASE)
    play.fill(
        LEAD,
        voice="943 476 5919 at LN1 1YZ, says Sample Bloggs",
        learning="M. Ring 01632 960123",
        grade="good",
        why="S.",
    )
    play.send(LEAD)
    assert play.modal(LEAD).field_errors == {
        field: f"This seems to contain {kinds}. Please take it out: nothing that identifies a person is kept here."
        for field, kinds in (
            ("voice", "a postcode, an NHS number and a name on your partnership's list"),
            ("learning", "a phone number"),
        )
    }
    assert rows(play.sessions)["return_versions"] == []


def test_other_words_of_that_kind_are_asked_about_again_and_the_same_are_not(play: Play) -> None:
    play.load()
    play.open_return(LEAD, CASE)
    play.fill(LEAD, voice=BORN, grade="good", why="So.")
    play.send(LEAD)
    first = questions(play, LEAD)
    answer(play, LEAD)
    play.fill(LEAD, voice=LATER)
    play.send(LEAD)  # ticked for another text
    assert len(questions(play, LEAD)) == 1
    assert questions(play, LEAD) != first
    assert entries(play.sessions, "identifier.none") == []
    answer(play, LEAD)
    assert play.send(LEAD).ok
    play.close_modal(LEAD)
    play.open_return(LEAD, CASE)
    play.fill(LEAD, why=f"So. {LATER}")
    assert play.send(LEAD).ok
    assert questions(play, LEAD) == []
    assert len(rows(play.sessions)["return_versions"]) == 2
    assert len(entries(play.sessions, "identifier.none")) == 1


def test_what_is_asked_about_is_not_stored_as_a_draft_either(play: Play) -> None:
    play.load()
    play.open_return(LEAD, CASE)
    play.fill(LEAD, voice="Lives at 12 Mill Lane.")
    play.press_in_modal(LEAD, "draft.save")
    assert "The draft was not saved. Voice of the child: This may contain a street address." in play.modal_text(LEAD)
    play.fill(LEAD, voice="Ring 07700 900123.")
    play.press_in_modal(LEAD, "draft.save")
    why_not = "The draft was not saved. Voice of the child: This seems to contain a phone number."
    assert play.modal_text(LEAD).count(why_not) == 2, "at the top, and beside the button that was pressed"
    play.fill(LEAD, voice="Lives at 12 Mill Lane.")
    assert rows(play.sessions)["drafts"] == []
    play.fill(LEAD, grade="not_graded")  # told at once: the form goes on, and asks still
    assert len(questions(play, LEAD)) == 1
    answer(play, LEAD)
    play.press_in_modal(LEAD, "draft.save")
    assert "not saved" not in play.modal_text(LEAD)
    assert questions(play, LEAD) == []
    assert len(rows(play.sessions)["drafts"]) == 1


def test_why_a_draft_was_not_saved_is_said_no_more_once_something_else_is_asked(play: Play) -> None:
    play.load()
    play.open_return(LEAD, CASE)
    play.fill(LEAD, voice="Ring 07700 900123.", grade="good", why="So.")
    play.press_in_modal(LEAD, "draft.save")
    assert play.modal_text(LEAD).count("This seems to contain a phone number.") == 2
    play.fill(LEAD, voice="Lives at 12 Mill Lane, born on 3 May 2012, was Sarah Smith's.")
    play.send(LEAD)
    assert "a full date of birth, a street address and a person's name. Does it" in play.modal_text(LEAD)
    assert "phone number" not in play.modal_text(LEAD)


def test_any_other_form_asks_too(play: Play) -> None:
    released(play, CASE)
    assert add(play, CASE, text=NAMED).ok
    assert findings(play) == []
    assert NAMED in str(play.modal(COORDINATOR).values)
    assert len(questions(play, COORDINATOR)) == 1
    enter(play, text="Call 07700 900123.")  # refused, whatever is asked
    assert "a phone number" in str(play.modal(COORDINATOR).field_errors)
    answer(play, COORDINATOR)
    assert enter(play, text=NAMED).ok
    assert len(findings(play)) == 1
    assert [entry.detail for entry in entries(play.sessions, "identifier.none")] == ["text: a person's name"]


def test_a_name_on_the_list_is_refused_and_never_shown(play: Play) -> None:
    released(play, CASE)
    assert names(play, "Bloggs, Zsófia\nO'Sample-Doe\n").ok
    assert "2 names added, 0 taken off" in play.modal_text(COORDINATOR)
    play.close_modal(COORDINATOR)
    for text in ("We heard zsofia BLOGGS.", "Zsófia Bloggs\u2019s view", "bloggs zsofia", "the osample doe family"):
        add(play, CASE, text=text)
        assert "a name on your partnership's list" in str(play.modal(COORDINATOR).field_errors), text
        play.close_modal(COORDINATOR)
    assert add(play, CASE, text="A bloggs, then a Zsófia.").ok
    assert len(findings(play)) == 1
    held = json.dumps([str(row) for table in rows(play.sessions).values() for row in table], default=str).casefold()
    assert "bloggs" not in held.replace("a bloggs", "")
    assert {entry.detail for entry in entries(play.sessions, "names.edit")} == {"2 added, 0 removed"}


@pytest.mark.on_sqlite
def test_the_list_is_changed_once_and_names_can_be_taken_off(play: Play) -> None:
    released(play, CASE)
    assert names(play, "Sample Bloggs").ok
    play.close_modal(COORDINATOR)
    assert names(play, "bloggs SAMPLE").ok
    assert "0 names added, 0 taken off. Now 1 on the list" in play.modal_text(COORDINATOR)
    play.close_modal(COORDINATOR)
    names(play, "1 2 3")
    assert "Line 1 isn't a name" in str(play.modal(COORDINATOR).field_errors)
    play.close_modal(COORDINATOR)
    assert names(play, gone="Sample Bloggs").ok
    assert rows(play.sessions)["denied_names"] == []
    assert add(play, CASE, text="Then Sample Bloggs.").ok
    assert len(findings(play)) == 1


def test_a_name_with_a_dotless_i_is_found_however_it_was_listed(play: Play) -> None:
    play.load()
    who = acting(play, COORDINATOR)
    with play.sessions.begin() as session:

        def found(text: str) -> bool:
            return bool(screen.kinds(session, {"why": text}))

        key, mark = marks(session, denied.VERB, "b\u0131oggs sample")[0]  # listed before it was read as an i
        session.add(DeniedName(key=key, mark=mark, words=2, added_at=now(session)))
        assert found("Then Sample B\u0131oggs.")
        assert denied.change(session, who, "", "Sample B\u0131oggs").removed == 1
        assert denied.change(session, who, "Sample B\u0131oggs", "").added == 1
        assert found("Then Sample B\u0131oggs.")
        assert found("Then Sample Bioggs.")
        assert denied.change(session, who, "", "sample bioggs").count == 0


def test_a_list_survives_a_new_key_and_says_what_was_lost_with_an_old_one(play: Play) -> None:
    released(play, CASE)
    assert names(play, "Sample Bloggs").ok
    old = play.settings.encryption_keys.get_secret_value()
    for keys, found, lost in ((f"k2:{new_key()},{old}", True, 0), (f"k2:{new_key()}", False, 1)):
        rotated = Sessions(play.settings.database_url.get_secret_value(), Vault.from_text(keys), play.settings.clock)
        with rotated.reading() as session:
            assert denied.holds(session, denied.current_list(session), "So said Sample Bloggs.") is found
            assert denied.look(session, acting(play, COORDINATOR)).lost == lost
        rotated.dispose()


def test_a_partnerships_own_numbers_are_refused_in_text_and_as_a_cases_reference(settings: Settings) -> None:
    own = settings.model_copy(update={"local_ids": "LCS999999"}).sessions(patience=PATIENCE)
    who = Actor("nobody", "Education lead, East", ())
    with own.reading() as session:
        screen.screen(session, who, {"why": "LCS 12345 has five digits."})
        for text in (
            "See lcs 123-456.",
            "\uff2c\uff23\uff33\uff11\uff12\uff13\uff14\uff15\uff16",
            "L\u0421S\u200b123456",
        ):
            with pytest.raises(Refused, match="a reference number of a child's record"):
                screen.screen(session, who, {"why": text})
        with pytest.raises(Refused, match="Give that case another"):
            add_case(session, CycleArea(cycle_id="cycle", area_id="area"), "LCS123456", [])
    own.dispose()
