"""Run every measurement: `make bench`."""

from bench import door, home, identifiers, sheets, submissions

identifiers.main()
sheets.main()
submissions.main()
home.main()
door.main()
