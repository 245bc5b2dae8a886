# Two commands matter: `make demo` and `make test`. Each sets up what it needs.

.DELETE_ON_ERROR:
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
DATA_DIR ?= var
PYTEST_ARGS ?=

.PHONY: help demo test test-services check format matrix bench bench-anchoring bench-extraction bench-twins lock clean

help:
	@echo "make demo           run the whole desk here (PORT=8000 DATA_DIR=var)"
	@echo "make test           run the test suite (PYTEST_ARGS='-k name')"
	@echo "make test-services  run what asks for a database or a broker on PostgreSQL and Redis"
	@echo "make check          linters, types, layers, migrations, settings"
	@echo "make format         put the code into shape"
	@echo "make matrix         which cases of the security matrix have a test"
	@echo "make bench          measure against bare views"
	@echo "make bench-anchoring  count passages that edits take to a wrong place (PAGES='DIR …')"
	@echo "make bench-extraction  measure article extraction (PAGES='DIR …')"
	@echo "make bench-twins    count which near copies of articles are found (PAGES='DIR …')"
	@echo "make lock           renew requirements/*.lock"

# --- Setting up: a stamp file per lock file, so that the second start is quick -----------------

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Check Desk needs Python 3.11 or newer; say which: make PYTHON=python3.13 …"; exit 1; }
	@echo "Setting up .venv (once; about a minute) …"
	@$(PYTHON) -m venv .venv \
	  || { echo "Debian and Ubuntu keep this apart: apt-get install python3-venv"; rm -rf .venv; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

.venv/.runtime: requirements/runtime.lock | $(BIN)/uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/runtime.lock
	@touch $@

.venv/.dev: requirements/dev.lock .venv/.runtime
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.lock
	@touch $@

# --- Running -----------------------------------------------------------------------------------

# `exec`: a signal to make reaches the desk itself, not a shell that forgets it.
demo: .venv/.runtime
	@CHECKDESK_PORT="$(PORT)" CHECKDESK_DATA_DIR="$(DATA_DIR)" CHECKDESK_FOLLOW_PARENT=1 \
	  exec $(BIN)/python manage.py demo

test: .venv/.dev
	@$(BIN)/python -m tests.services chromium -- $(BIN)/python -m pytest -n 2 $(PYTEST_ARGS)

test-services: .venv/.dev
	@$(BIN)/python -m tests.services chromium postgres redis -- $(BIN)/python -m pytest -n 2 $(PYTEST_ARGS)

matrix: .venv/.dev
	@$(BIN)/python -m tests.matrix

bench: .venv/.dev
	@$(BIN)/python -m benchmarks $(BENCH_ARGS)

bench-anchoring: .venv/.dev
	@$(BIN)/python -m benchmarks.anchoring $(PAGES) $(BENCH_ARGS)

bench-extraction: .venv/.dev
	@test -n "$(PAGES)" || { echo "Say where the saved pages are: make bench-extraction PAGES='DIR …'"; exit 1; }
	@$(BIN)/python -m benchmarks.extraction $(PAGES) $(BENCH_ARGS)

bench-twins: .venv/.dev
	@test -n "$(PAGES)" || { echo "Say where the saved pages are: make bench-twins PAGES='DIR …'"; exit 1; }
	@$(BIN)/python -m benchmarks.twins $(PAGES) $(BENCH_ARGS)

# --- Checking ----------------------------------------------------------------------------------

# Settings as in production; nothing is connected to.
PRODUCTION := CHECKDESK_SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
  CHECKDESK_DATABASE_URL=postgres://desk:desk@database.invalid/desk \
  CHECKDESK_REDIS_URL=redis://broker.invalid:6379 \
  CHECKDESK_PUBLIC_ORIGIN=https://desk.example

check: .venv/.dev
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/djlint --quiet --lint templates
	@$(BIN)/lint-imports --no-logo
	@$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	@CHECKDESK_TRIAL=1 CHECKDESK_DATA_DIR=.venv/check $(BIN)/python manage.py makemigrations --check --dry-run
	@$(PRODUCTION) $(BIN)/mypy

format: .venv/.dev
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

lock: | $(BIN)/uv
	@cd requirements && for name in runtime dev; do \
	  ../$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 $$name.in -o $$name.lock; \
	done

clean:
	rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache
