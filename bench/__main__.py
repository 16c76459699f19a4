"""Run every measurement: `make bench`."""

from bench import sheets, submissions

sheets.main()
submissions.main()
