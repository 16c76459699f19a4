from dataclasses import replace

import pytest

from audit.home.every_audit import PAGE, AuditForReader, Audits, CycleSection, ListedAudit
from sandbox.slack.checks import problems
from tests.kit import homes, models, reading
from views.cases.summary import READ
from views.home import every_audit
from views.home.home import home


def line(number: int) -> ListedAudit:
    return ListedAudit(
        f"cycle{number}", number, models.label("T", 100), models.label("&", 100), "closed", 200, 199, 199
    )


def audit(cases: int, areas: int = 3, *, whole: bool = True) -> AuditForReader:
    part = CycleSection(
        models.cycle("closed", areas), models.case_lines(cases, areas, cases, ""), models.overview(areas)
    )
    return AuditForReader(
        part.cycle.id, 2, models.label("T", 100), models.label("&", 100), "closed", models.NOW,
        part if whole else None, models.case_lines(cases, areas), coordinates=True, chairs=True, monitors=True,
        removed=True,
    )  # fmt: skip


@pytest.mark.parametrize("page", [0, 3])
@pytest.mark.parametrize("count", [0, 1, PAGE])
def test_the_list_fits(count: int, page: int) -> None:
    view = every_audit.list_view(Audits(tuple(map(line, range(count))), page, more=True))
    assert problems(view, "modal") == []
    assert not [text for text in reading.marked_up(view) if "<!" in text or "<@" in text]


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(("cases", "areas"), [(0, 1), (15, 3), (200, 100)])
def test_one_audit_fits_page_by_page_with_every_case(cases: int, areas: int, *, whole: bool) -> None:
    found, read = audit(cases, areas, whole=whole), list[object]()
    for page in range(10):
        view = every_audit.audit_view(found, page)
        assert problems(view, "modal") == []
        here = [each["value"] for each in reading.buttons(view["blocks"]) if each["action_id"] == READ]
        if here and here[-1] in read:
            break
        read += here
    assert sorted(map(str, read)) == sorted(case.case_id for case in found.released)


def test_home_offers_them_where_there_are_more_than_it_shows() -> None:
    some = homes.home((), 40)
    many = replace(some, released=tuple(replace(some.released[0], number=number) for number in range(5)))
    for shown, offered in ((homes.home(), False), (homes.home(older=True), True), (some, False), (many, True)):
        verbs = [each["action_id"] for each in reading.buttons(home(shown)["blocks"])]
        assert (every_audit.SHOW in verbs) == offered
