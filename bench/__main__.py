"""Run every measurement: `make bench`, or those that are named (`python -m bench submissions`)."""

import sys

from bench import door, figures, home, identifiers, sheets, submissions

if len(sys.argv) == 1:
    for each in (identifiers, sheets, home, door):
        each.main()
if sys.argv[1:] in ([], ["submissions"]):
    figures.write("python -m bench submissions", submissions.main())
