"""Run every measurement: `make bench`, or those that are named (`python -m bench submissions`)."""

import sys

from bench import disclosure, door, figures, identifiers, memory, processes, scale, shares, sheets, start, submissions

TOLD = {"identifiers": identifiers.main, "sheets": sheets.main, "door": door.main, "shares": shares.main}
"""Measurements that print a table of their own."""
WRITTEN = {
    "start": start.main,
    "memory": memory.main,
    "submissions": submissions.main,
    "processes": processes.main,
    "scale": scale.main,
    "disclosure": disclosure.main,
}
"""Measurements that are written into bench/results.md, by the name of their part."""

match sys.argv[1:]:
    case ["scale", only] if only not in {*TOLD, *WRITTEN}:
        figures.write("scale", scale.main(only), only)
    case asked:
        for name in asked or [*TOLD, *WRITTEN]:
            if name in TOLD:
                TOLD[name]()
            else:
                figures.write(name, WRITTEN[name]())
