"""A report on an audit that is graded by section: every number is traced, and the gate says what the public reads."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from audit.cases.moderated_grades import ModerationView
from audit.cycle.tally import DoesNotAddUp
from audit.disclosure.published_before import PublishedVersion
from audit.disclosure.risks import Rules
from audit.figures.statistics import statistics
from audit.report import internal_publications, provenance, public_facts, publishable
from audit.report.contents import Contents
from audit.report.gather import written
from audit.report.public_facts import NAMES, PLACES, THEMES
from audit.report.publishable import LEFT_OUT, Before, Publishable
from audit.scales import INSPECTION, NO_OVERALL, Graded
from storage.cases import Case
from storage.clock import now
from storage.messages import Message, MessageKind
from storage.reports import Edition
from tests.kit import graded, models, random_reports, sectioned
from tests.kit.play import Play
from views.documents import markdown
from views.report.editions import document
from views.report.numbers import in_a_sentence

VOICE, PLANNING, RECORDS, SUPERVISION = graded.STANDARDS
TABLES = {"section", "section_self", "section_moved", "section_moderated"}


def said(tool_name: str = "SECTIONED") -> Contents:
    return written(sectioned.board(getattr(graded, tool_name)), random_reports.METHOD, {})


def told(contents: Contents, edition: str = "full", shown: Publishable | None = None) -> str:
    return markdown(document(contents, edition, 1, models.NOW, shown=shown))


def test_every_sections_numbers_are_traced_to_their_cases() -> None:
    contents = said()
    figures = {(each.what, each.part, each.row): each.references for each in contents.figures}
    assert len(figures["section", VOICE, "good"]) == 11
    assert len(figures["section", RECORDS, "not_applicable"]) == 15
    assert figures["section_self", SUPERVISION, "all"] == tuple(f"{each.reference} Police" for each in contents.cases)
    moved = contents.statistics.sections[VOICE].ratified
    assert [len(figures["section_moved", VOICE, row]) for row in ("up", "same", "down")] == [
        moved.up, moved.same, moved.down,
    ]  # fmt: skip


def test_a_number_without_its_cases_makes_no_report() -> None:
    board = sectioned.board()
    figures = provenance.figures(board.cases, (), board.cycle.scale, board.cycle.tool.graded)
    reckoned = statistics(board)
    provenance.check(figures, board.tally, reckoned, board.graded)
    fewer = [each for each in figures if (each.what, each.part, each.row) != ("section", VOICE, "good")]
    with pytest.raises(DoesNotAddUp, match="section voice good is 11, but 0"):
        provenance.check(fewer, board.tally, reckoned, board.graded)


def test_the_full_edition_has_a_table_of_the_sections_and_what_each_case_was_given() -> None:
    text = told(said())
    assert "This audit gives a case no grade as a whole" in text
    assert "- Each section: Outstanding, Good, Requires improvement and Inadequate\n" in text, "said once"
    assert "Each agency was asked about its own work in a case" in text
    assert "what went well" not in text, "this tool asks nothing of the kind"
    assert "ratified a judgement of each graded section" in text
    for caption in ("Judgements by section", "Self-grades by section", "What the meeting gave each section"):
        assert caption in text
    [row] = [line for line in text.split("\n") if line.startswith("| T2-EAST-01 | Requires improvement")]
    assert row.split(" | ")[1:] == ["Requires improvement", "Good", "Not applicable", "Good |"]
    assert "T2-NORTH-02: Planning (Inadequate) and Supervision (Inadequate)" in text
    assert "That the child is safe now" in text
    assert "Fewer than 10 self-grades can be compared, so none are: Records." in text
    assert "Judgements of all cases" not in text
    assert "Section judged: Good, Voice of the child" in text


def test_each_section_has_its_numbers_by_area_where_there_are_several() -> None:
    contents = said()
    text = told(contents)
    planning = next(each for each in contents.sections if each.key == PLANNING).tally
    north = planning.by_area["North"]
    [row] = [line for line in _table(text, "Planning: judgements by area") if line.startswith("| North |")]
    assert [*map(int, row.strip("| ").split(" | ")[1:])] == [*north.grades.values(), north.not_graded_in_all, 5]
    assert len(_table(text, "Planning: self-grades by area")) == 2 + 3
    assert "those of an area are its own among them" in text
    for areas in ((), contents.areas[:1]):
        assert "by area" not in told(replace(contents, areas=areas)).partition("By section")[2].partition("Annex A")[0]


def _table(text: str, caption: str) -> list[str]:
    """The lines of a table."""
    after = text.split(caption)[1].split("\n")
    start = next(n for n, line in enumerate(after) if line.startswith("|"))
    return [line for line in after[start : start + 5] if line.startswith("|")]


def test_areas_that_dont_come_to_the_whole_make_no_report() -> None:
    board = sectioned.board()
    voice = board.sections[VOICE]
    lost = {area: count for area, count in voice.by_area.items() if area != "North"}
    wrong = replace(board, sections={**board.sections, VOICE: replace(voice, by_area=lost)})
    with pytest.raises(DoesNotAddUp, match="“Voice of the child” by area"):
        written(wrong, random_reports.METHOD, {})


def test_beside_an_overall_grade_both_are_told() -> None:
    text = told(said("REQUIRED"))
    for caption in ("Judgements of all cases", "Judgements by area", "Judgements by section"):
        assert caption in text
    assert "no grade as a whole" not in text


def test_what_was_moderated_is_told_by_section() -> None:
    board = sectioned.board()
    worse = ModerationView("inadequate", None, "Lost.", 1, 2, "Chair", models.NOW, section=PLANNING)
    at = next(n for n, line in enumerate(board.cases[0].lines) if line.agency == "Police")
    lines = [replace(line, moderated_sections={PLANNING: worse} if n == at else {}) for n, line in
             enumerate(board.cases[0].lines)]  # fmt: skip
    text = told(written(sectioned.changed(board, 0, lines=tuple(lines)), random_reports.METHOD, {}))
    assert "When returns were moderated:" in text
    assert "Planning: 0 made better and 1" in text


@pytest.mark.parametrize("tool", ["SECTIONED", "REQUIRED", "OPTIONAL"])
def test_the_public_is_offered_sections_judgements_and_reads_those_that_may_be_told(tool: str) -> None:
    contents = said(tool)
    sections = {public_facts.of_section(each.key) for each in contents.sections}
    for edition in (Edition.PUBLIC, Edition.BRIEFING):
        offers = public_facts.offers(contents, edition)
        assert {fact.what for offer in offers for fact in offer.facts} & TABLES <= {"section"}
        assert {offer.name for offer in offers} & sections == (sections if edition is Edition.PUBLIC else set())
        rest = {NAMES, THEMES, PLACES, public_facts.STRENGTHS} | sections
        assert tool != "SECTIONED" or {offer.name for offer in offers} <= rest
    without = told(contents, "public", Publishable(frozenset(publishable.TABLES)))
    assert f"The judgements by section are {LEFT_OUT}" in without
    assert "Judgements by section" not in without
    voice, *others = contents.sections
    text = told(contents, "public", Publishable(frozenset({*publishable.TABLES, public_facts.of_section(voice.key)})))
    assert "Judgements by section" in text
    assert f"The judgements of {in_a_sentence([each.name for each in others])} are {LEFT_OUT}" in text
    assert "Self-grades by section" not in text
    assert ": judgements by area" not in text
    assert "What the meeting gave each section" not in text
    assert "lowest grade" not in text or tool != "SECTIONED"


def test_a_section_in_which_all_have_one_grade_is_left_out_and_what_changed_by_one_case_stays_untold() -> None:
    voice, records = (public_facts.of_section(key) for key in (VOICE, RECORDS))
    first = said()
    decided = publishable.decide(first, Edition.PUBLIC, Before(), Rules(seconds=30))
    assert voice in decided.told
    assert dict(decided.left_out)[records] == (
        "whoever reads it could be sure that in all cases, or all but one or two, “Records” was given Not applicable"
    )
    assert decided.table(records) == "The judgements of the section “Records”"
    board = sectioned.board()
    before = Before(
        (PublishedVersion(public_facts.case_states(first), decided.facts),),
        frozenset(dict(decided.left_out)),
        "version 1 went out",
    )
    place, judgement = next((n, each.judgement) for n, each in enumerate(board.cases) if each.judgement)
    worse = replace(judgement, sections={**judgement.sections, VOICE: Graded.read("inadequate")})
    second = written(sectioned.changed(board, place, judgement=worse), random_reports.METHOD, {})
    again = publishable.decide(second, Edition.PUBLIC, before, Rules(seconds=30))
    assert voice not in again.told
    assert "among those that changed since another version" in dict(again.left_out)[voice]
    assert set(decided.told) - set(again.told) == {voice}


def test_the_gate_knows_that_a_grade_for_the_whole_may_be_missing() -> None:
    contents = said("OPTIONAL")
    board = sectioned.board(graded.OPTIONAL)
    without = sectioned.changed(board, 0, judgement=replace(board.cases[0].judgement, grade=NO_OVERALL))  # type: ignore[type-var]
    contents = written(without, random_reports.METHOD, {})
    assert NO_OVERALL in public_facts.kinds(contents).judged
    found = publishable.decide(contents, Edition.PUBLIC, Before(), Rules(seconds=5))
    assert found.told or found.left_out
    assert public_facts.kinds(said("REQUIRED")).judged == public_facts.kinds(random_reports.of(())).judged


def test_cases_of_the_lowest_grade_are_those_in_the_table_and_not_those_with_such_a_section() -> None:
    board = sectioned.board(graded.OPTIONAL)
    for place, case in enumerate(board.cases):
        found = case.judgement
        if found and found.grade == INSPECTION.lowest.key:
            board = sectioned.changed(board, place, judgement=replace(found, grade=NO_OVERALL))
    contents = written(board, random_reports.METHOD, {})
    assert contents.sections[1].tally.ratified.grades["inadequate"] == 1, "of one case, that has no overall grade"
    public = Publishable(frozenset(publishable.TABLES))
    for text in (told(contents), told(contents, "public", public)):
        assert "| Inadequate | 0 |" in text
        assert "No case was judged Inadequate." in text
    assert "T2-NORTH-02: Planning (Inadequate) and Supervision (Inadequate)" in told(contents)
    assert "T2-NORTH-02" in told(said("OPTIONAL")).partition("### Cases judged Inadequate")[2].partition("## By")[0]


def test_without_grades_for_the_whole_the_public_is_told_of_themes_and_nothing_fails() -> None:
    found = publishable.decide(said(), Edition.PUBLIC, Before(), Rules(seconds=5))
    assert not {"judgements", "by_area", "self_grades", "by_agency"} & {*found.told, *dict(found.left_out)}


def test_a_post_in_the_channel_stands_in_the_ledger_with_its_sections(play: Play) -> None:
    play.put(graded.finished)
    with play.sessions.begin() as session:
        session.execute(update(Case).values(released_at=now(session)))
    with play.sessions.reading() as session:
        row = Message(kind=MessageKind.TALLY, cycle_id=play.board().cycle.id)
        facts = internal_publications.in_post(session, row)
    assert next(fact.number for fact in facts if (fact.what, fact.part, fact.row) == ("section", VOICE, "good")) == 11


def test_a_label_that_begins_with_a_number_is_read_as_it_was_written() -> None:
    numbered = replace(graded.SECTIONED.graded[0], label="1. Voice")
    tool = replace(graded.SECTIONED, key="numbered", parts=(numbered, *graded.SECTIONED.parts[1:]))
    text = told(written(sectioned.board(tool), random_reports.METHOD, {}))
    assert "| 1\\. Voice | 0 | 11" in text
