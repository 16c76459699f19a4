"""All audits, page by page; and one of them with everything that can be looked at in it."""

from collections.abc import Iterator

from audit.home.every_audit import AuditForReader, Audits, CaseLine, ListedAudit
from views.cases.summary import READ
from views.home import overseer, stages
from views.pages import Unit, pages, turning
from views.parts import ALL, Block, View, actions, button, context, escape, modal, section
from views.setup.opening import LOOK, STATES

SHOW = "archive.show"
"""The button that lists the audits."""
PAGE = "archive.page"
"""The buttons that turn the pages, both of the list and of one audit."""
TITLE = "All audits"


def list_view(audits: Audits) -> View:
    """A page of the list."""
    top = f"Every audit that you may look at, the newest first{f' · page {audits.page + 1}' if audits.page else ''}"
    blocks = [context(top), *(_line(each) for each in audits.audits)]
    if not audits.audits:
        blocks.append(section("There is no audit to look at here."))
    count = audits.page + 1 + audits.more
    return modal(TITLE, [*blocks, *turning(PAGE, audits.page, count)], record_id=ALL)


def _line(audit: ListedAudit) -> Block:
    cases = stages.how_many(audit.state, audit.cases, audit.released, audit.ratified)
    top = f"*{escape(audit.title)}* · {STATES[audit.state]}"
    looking = button("Look at it", LOOK, audit.cycle_id, about=f"audit {audit.number}")
    return section(f"{top}\n{escape(audit.theme)} · {cases}", looking)


def audit_view(audit: AuditForReader, page: int = 0) -> View:
    """A page of one audit."""
    current = pages(_units(audit)).nearest(page)
    back = actions("back", button(TITLE, SHOW, ALL))
    top = [context(f"*{escape(audit.title)}*{current.where}")] if current.count > 1 else []
    blocks = [*top, *current.blocks, *current.turning(PAGE), back]
    return modal("All about this audit", blocks, record_id=audit.cycle_id)


def _units(audit: AuditForReader) -> Iterator[Unit]:
    if audit.cycle is None:
        top = f"*{escape(audit.title)}* · {STATES[audit.state]}\nTheme: {escape(audit.theme)}"
        yield "", [section(top)]
    else:
        yield "", overseer.about(audit.cycle, audit)
    area = ""
    for case in audit.cycle.cases if audit.cycle else audit.released:
        heading = [context(f"*{escape(case.area)}*")] if case.area != area else []
        area = case.area
        yield area, [*heading, _case(audit, case)]


def _case(audit: AuditForReader, case: CaseLine) -> Block:
    if audit.cycle is not None:
        return overseer.line(audit.cycle.cycle, case, chairs=audit.chairs)
    state = "ratified" if case.judgement else "released, not ratified yet"
    return section(
        f"*{escape(case.reference)}* · {state}", button("Read the summary", READ, case.case_id, about=case.reference)
    )
