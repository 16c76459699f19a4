"""What is loaded for tests stays: there is little garbage to collect, neither in a run nor in what it forks from."""

import gc

gc.set_threshold(50_000, 20, 50)
