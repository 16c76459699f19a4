"""Who ratifies: every contributing agency takes exactly one position, or its place in the form says what is wrong."""

from hypothesis import given
from hypothesis import strategies as st

from audit.meeting.positions import FIELDS, by_attendance, completed, faults, same
from audit.moment import Contributor, Stances
from storage.meetings import Stance

AGENCIES = tuple(f"agency{n}" for n in range(6))
ATTENDANCE = st.dictionaries(st.sampled_from(AGENCIES), st.sampled_from([True, False, None]))
CONTRIBUTORS = ATTENDANCE.map(lambda there: tuple(Contributor(each, each.title(), there[each]) for each in there))
STANCES = st.fixed_dictionaries(
    {stance: st.lists(st.sampled_from(AGENCIES), max_size=4).map(tuple) for stance in Stance}
)


@given(CONTRIBUTORS, STANCES)
def test_nothing_is_wrong_exactly_if_each_contributor_stands_in_one_list(
    found: tuple[Contributor, ...], stances: dict[Stance, tuple[str, ...]]
) -> None:
    once = all(sum(each.agency_id in ids for ids in stances.values()) == 1 for each in found)
    strangers = {one for ids in stances.values() for one in ids} - {each.agency_id for each in found}
    wrong = faults(found, stances)
    assert (wrong == {}) is (once and not strangers)
    assert set(wrong) <= set(FIELDS.values())
    if not once:
        out = [each for each in found if sum(each.agency_id in ids for ids in stances.values()) != 1]
        assert any(each.agency in "".join(wrong.values()) for each in out)


@given(CONTRIBUTORS)
def test_attendance_fills_in_whom_it_knows_and_nobody_else(found: tuple[Contributor, ...]) -> None:
    filled: Stances = by_attendance(found)
    assert Stance.DISSENTS not in filled
    missing = [each.agency for each in found if each.present is None]
    wrong = faults(found, filled)
    assert bool(wrong) is bool(missing)
    assert all(agency in "".join(wrong.values()) for agency in missing)


@given(CONTRIBUTORS, STANCES)
def test_who_was_there_agrees_unless_a_list_names_it(
    found: tuple[Contributor, ...], stances: dict[Stance, tuple[str, ...]]
) -> None:
    whole = completed(found, stances)
    named = {one for ids in stances.values() for one in ids}
    there = {each.agency_id for each in found if each.present}
    assert set(whole[Stance.AGREES]) == set(stances[Stance.AGREES]) | (there - named)
    assert {stance: ids for stance, ids in whole.items() if stance != Stance.AGREES} == {
        stance: ids for stance, ids in stances.items() if stance != Stance.AGREES
    }
    assert completed(found, whole) == whole
    assert same(completed(found, {}), by_attendance(found))
