"""Run every measurement: `make bench`."""

from bench import submissions

submissions.main()
