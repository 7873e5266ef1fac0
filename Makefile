# make run    the bot with its web chat, an embedded database and a sample community
# make test   every gate: lint, types, contracts, tests on SQLite and on a real PostgreSQL
# make faults the long fault campaigns; make bench the benchmarks; make lock the dependency lock

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.ready

.PHONY: setup run test lint faults bench lock format screenshots

setup: $(STAMP)

$(STAMP): requirements.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $(STAMP)

run: setup
	$(BIN)/python -m bot demo

lint: setup
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: lint
	$(BIN)/python -m pytest -q -n auto --dist worksteal

faults: setup
	$(BIN)/python -m pytest -q -m campaign tests/faults

bench: setup
	$(BIN)/python -m benchmarks.turns

format: setup
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

screenshots: setup
	$(BIN)/python -m docs.screenshots

# No index address, no header: the lock holds names, versions and hashes alone.
lock:
	$(BIN)/uv pip compile pyproject.toml --all-extras --generate-hashes --universal --no-header \
		--no-annotate --python-version 3.11 --quiet -o requirements.lock
