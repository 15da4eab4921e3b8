# Nothing but Python 3.11+ and make: bootstrap.py makes .venv, and every target uses it.
#   make run PORT=9000      a variable given here reaches shopapp's environment
#   make test ARGS="-k inbox" WORKERS=3

PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
WORKERS ?= logical
QUICK := not slow and not postgres and not browser
UNITS := tests/house tests/connectors/test_errors.py tests/crypto tests/jobs/test_ledger.py tests/inbox/test_threading.py tests/inbox/test_receiving.py tests/inbox/test_replying.py tests/stores

.DEFAULT_GOAL := help
.PHONY: help run setup test check lint fmt bench exports lock clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 8

run: ## Start shopapp on this machine; the first start makes everything it needs
	@$(PYTHON) bootstrap.py runtime
	@exec $(BIN)/shopapp run

setup: ## Install what running and testing need, and stop there
	@$(PYTHON) bootstrap.py dev

test: setup ## Run everything: the one gate
	@$(BIN)/python -m tests.servers.provide
	@$(PYTEST) -n $(WORKERS) --dist worksteal $(ARGS)

check: setup ## The quick part of it: format, types, contracts, unit tests on SQLite
	@$(PYTEST) $(UNITS) -n $(WORKERS) --dist worksteal -m "$(QUICK)" --dialect sqlite $(ARGS)

lint: setup ## Only the rules of the house
	@$(PYTEST) tests/house $(ARGS)

fmt: setup ## Write what a machine can write: formatting, needs lines, README map, generated docs
	@$(BIN)/python -m shopapp.ops.fmt

bench: setup ## Print figures: mails a second, memory, searches, beside their ceilings
	@$(BIN)/python -m tests.benchmarks.importing
	@$(BIN)/python -m tests.benchmarks.search

exports: setup ## Load exported drafts with datasets and TRL (100 MB more, in .venv-exports)
	@$(PYTHON) bootstrap.py exports
	@$(PYTEST) tests/trl/exported.py --dialect sqlite $(ARGS)

lock: ## Lock requirements/*.in again (ARGS=--upgrade for newer releases)
	@$(PYTHON) bootstrap.py lock
	@for set in build runtime dev lock exports; do \
		$(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 \
			--generate-hashes --no-emit-index-url --no-emit-find-links \
			--custom-compile-command "make lock" $(ARGS) \
			$$(ls requirements/$$set.without 2>/dev/null | sed 's/^/--excludes /') \
			requirements/$$set.in --output-file requirements/$$set.txt || exit 1; \
	done

clean: ## Remove .venv and caches; instance/ (your data) stays
	@rm -rf .venv .venv-exports .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .grimp_cache .hypothesis
	@find . -name __pycache__ -type d -not -path "./instance/*" -prune -exec rm -rf {} +
