"""Run every measurement: `make bench`, or those that are named (`python -m bench submissions`)."""

import sys

from bench import door, figures, identifiers, processes, scale, shares, sheets, start, submissions

TOLD = {"identifiers": identifiers.main, "sheets": sheets.main, "door": door.main, "shares": shares.main}
"""What prints its own table."""
WRITTEN = {"start": start.main, "submissions": submissions.main, "processes": processes.main, "scale": scale.main}
"""What goes into bench/results.md, part by part."""

asked = sys.argv[1:] or [*TOLD, *WRITTEN]
for name in asked:
    if name in TOLD:
        TOLD[name]()
    else:
        figures.write(name, WRITTEN[name]())
