"""Run every measurement: `make bench`."""

from bench import home, sheets, submissions

sheets.main()
submissions.main()
home.main()
