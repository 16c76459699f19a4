# Everything that can be done with a checkout. Needs Python 3.11 or newer, make and git.
PYTHON ?= python3
BIN := .venv/bin
SHELL := /bin/bash
.DEFAULT_GOAL := help
# Where this is set, each process would compile all of the code anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help try replay test check bench faults adversary pictures audit secrets sbom lock setup dev clean

help: ## What there is
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

try: setup ## The whole product in your browser, with a local Slack and a local Google Sheet
	@$(BIN)/python -m sandbox $(if $(EMPTY),--empty) $(if $(FRESH),--fresh) $(if $(SOCKET),--socket)

replay: setup ## A whole audit cycle, signed request by signed request; one line of figures at the end
	@$(BIN)/python -m sandbox.replay $(if $(SOCKET),--socket)

# Two for each processor: tests also wait for clocks, processes and pages, about as long as they compute.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) \* 2)
test: dev ## Every test, on SQLite and PostgreSQL
	$(BIN)/pytest -n $(WORKERS) --dist load $(if $(CI),--durations=20) $(ARGS)

check: dev ## Types, lint, floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: dev ## Measurements, beside their bare baselines
	$(BIN)/python -m bench

pictures: dev ## The docs' pictures, taken anew from the running product
	@$(BIN)/python -m sandbox.page.pictures

faults: dev ## What goes wrong, tried at length; a table of what was tried, lost and doubled
	FAULTS_LONG=1 $(BIN)/pytest -p tests.faults.told -k "test_fault_ or on_sqlite or at_length" --timeout 7200 $(ARGS)

adversary: dev ## Whoever tries every board against what is published, over many more histories
	ADVERSARY_LONG=1 $(BIN)/pytest tests/disclosure --timeout 3600 $(ARGS)

audit: dev ## Whether any dependency has a known hole; fails where nobody can be asked
	$(BIN)/pip-audit --strict --progress-spinner off --disable-pip --require-hashes -r requirements.txt -r requirements-dev.txt -r requirements-uv.txt $(ARGS)

# Made-up ones of tests and docs, and an alphabet. Words such as `password =` are for ruff's S105 to S107.
NO_SECRETS := abcdefghjkm|xox[a-z.]+-1-2|//(user|me|name):
secrets: dev ## Whether a token, a key or a password is in any file
	git ls-files -z ':!requirements*.txt' ':!tests/screening/corpus' | xargs -0 $(BIN)/detect-secrets-hook --disable-plugin KeywordDetector --exclude-lines '$(NO_SECRETS)'

sbom: dev ## What a deployment is made of, as CycloneDX: sbom.json
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-file sbom.json requirements.txt

setup: .venv/setup
dev: .venv/dev

.venv/bin/uv: requirements-uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
	@echo "Setting up .venv (once) ..."
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is missing: on Debian and Ubuntu, install python3-venv."; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@touch $@

.venv/setup: requirements.txt pyproject.toml | .venv/bin/uv
	@echo "Installing what the product needs ..."
	@$(BIN)/uv pip install --quiet --require-hashes --python $(BIN)/python -r requirements.txt
	@$(BIN)/uv pip install --quiet --no-deps --python $(BIN)/python -e .
	@touch $@

.venv/dev: requirements-dev.txt .venv/setup
	@echo "Installing what the tests need ..."
	@$(BIN)/uv pip install --quiet --require-hashes --python $(BIN)/python -r requirements-dev.txt
	@touch $@

lock: .venv/bin/uv ## Compile the exact versions anew
	echo 'uv>=0.9' | $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header - -o requirements-uv.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --extra dev -c requirements.txt -o requirements-dev.txt

clean: ## Remove what was set up and what `make try` keeps
	rm -rf .venv .sandbox .sandbox-empty .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
