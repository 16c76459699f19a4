"""Every table of ours: whoever imports this has them all in `storage.types.Base.metadata`."""

from storage import (  # noqa: F401
    actions,
    cases,
    cycles,
    denied,
    findings,
    immediate,
    keys,
    meetings,
    messages,
    past,
    people,
    promises,
    publications,
    reminders,
    reports,
    retention,
    returns,
    rewordings,
    sheet_state,
    trail,
)
