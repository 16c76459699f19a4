"""Run every measurement: `make bench`."""

from bench import door, home, sheets, submissions

sheets.main()
submissions.main()
home.main()
door.main()
