# Clipdeck. `make` alone lists what there is to make.

PORT ?= 8000
SIMULATOR_PORT ?= 8099

VENV := .venv
BIN := $(VENV)/bin
# Touched after an installation, so that the next one happens only when the requirements changed.
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:

# What the linters look at; the others find their files in pyproject.toml.
TEMPLATES := $(wildcard templates)

.DEFAULT_GOAL := help
.PHONY: help demo test bench load lint format extension lock notice clean

help: ## list these targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

# exec, so that the signal that ends make's child ends the demo itself and not a shell around it.
demo: $(RUNTIME) ## start everything on loopback with a simulated VICIdial (PORT=, SIMULATOR_PORT=)
	@exec $(BIN)/python manage.py demo --port $(PORT) --simulator-port $(SIMULATOR_PORT)

# Of the tests in real time most only wait, so a few more processes than cores share them well.
TESTERS ?= 3

# The first run is on PostgreSQL and Redis, the second one on SQLite and the in-memory layer. pytest comes last, so that
# its summary is the last thing said.
test: lint ## run the linters and all tests, on both pairs of engines, the browser's included
	@.ci/chromium
	@.ci/nginx
	@.ci/node-tests $(BIN)/python
	@$(BIN)/python -m tests.engines $(BIN)/pytest -n $(TESTERS) tests/flows tests/panel tests/wall
	@$(BIN)/pytest -n $(TESTERS) --no-loadscope-reorder

bench: $(DEVELOPMENT) ## measure the speed, each goal of the README's table (SECTION=)
	@exec $(BIN)/python -m tests.bench $(SECTION)

# How many agents work for how many seconds, with how many presses a minute each, on which engines: embedded or real.
AGENTS ?= 1000
SECONDS ?= 60
RATE ?= 4
ENGINES ?= embedded

load: $(DEVELOPMENT) ## let agents work and compare all with what VICIdial got (AGENTS=, SECONDS=, RATE=, ENGINES=real)
	@exec $(BIN)/python -m tests.load.run --agents $(AGENTS) --seconds $(SECONDS) --rate $(RATE) --engines $(ENGINES)

lint: $(DEVELOPMENT) ## check style, types and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(if $(TEMPLATES),$(BIN)/djlint --check --lint $(TEMPLATES))
	@$(BIN)/lint-imports

format: $(DEVELOPMENT) ## put code and templates into their form
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .
	@$(if $(TEMPLATES),$(BIN)/djlint --quiet --reformat $(TEMPLATES) || true)

# It runs nothing of the site, so it needs none of its keys.
extension: $(RUNTIME) ## build the browser extension into build/
	@DEBUG=1 $(BIN)/python manage.py build_extension

# UPGRADE=1 takes the newest of what the packages need; UPGRADE=NAME that of one package.
UV ?= $(BIN)/uv

lock: $(if $(filter $(BIN)/%,$(UV)),$(DEVELOPMENT)) ## pin all requirements with hashes, indirect ones too (UPGRADE=)
	@UPGRADE=$(UPGRADE) .ci/lock $(UV)

notice: $(RUNTIME) ## write NOTICE: what the image holds, and under which licence
	@$(BIN)/python .ci/notice.py >NOTICE.new && mv NOTICE.new NOTICE

clean: ## remove what these targets made, but no database
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache staticfiles test-results build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@.ci/venv $(VENV)

$(RUNTIME): requirements.txt | $(BIN)/python
	@echo "Installing what runs into $(VENV) ..."
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt requirements.txt | $(BIN)/python
	@echo "Installing what runs and what the tests need into $(VENV) ..."
	@$(PIP_INSTALL) -r requirements-dev.txt
	@touch $@ $(RUNTIME)
