# Needs git, make and Python 3.11 or later with venv and pip; everything else goes into .venv.
#   make run    serve on http://127.0.0.1:8000 (docs at /docs)
#   make test   every test, on SQLite and on a real PostgreSQL
#   make fuzz   break payloads for a minute, and see that the readers bear it (ARGS="--seconds 3600")
#   make lint   formatting, lint, types, import rules
#   make rules  every rule of every checklist, and whether the tests exercise it both ways
#   make mutants  small changes of checker, arithmetic, order and status that no test notices (hours; a part of them:
#               ARGS='app.completeness.domain.check*', ARGS='app.timeline.domain.recist*')

.DEFAULT_GOAL := run
.PHONY: run test fuzz lint rules mutants bench openapi lock dev clean

VENV := .venv
PYTHON_HERE := $(VENV)/bin/python
UV := $(VENV)/bin/uv
BOOTSTRAPPED := $(VENV)/.bootstrapped
RUNTIME := $(VENV)/.runtime-installed
DEVELOPMENT := $(VENV)/.development-installed

# Trust the machine's own certificate authorities, and never fetch another Python.
export UV_SYSTEM_CERTS := 1
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Where uv fails (no wheel of it for this platform, say), pip does the same from the same hashed lock.
install = { test -x $(UV) && $(UV) pip install --quiet --python $(PYTHON_HERE) --require-hashes -r $(1); } \
	|| { echo "uv could not install $(1); trying pip" >&2; \
	     $(PYTHON_HERE) -m pip install --quiet --require-hashes -r $(1); }

run: $(RUNTIME)
	@$(PYTHON_HERE) -m app run

test: $(DEVELOPMENT)
	@$(PYTHON_HERE) -m pytest -n auto $(ARGS)

fuzz: $(DEVELOPMENT)
	@$(PYTHON_HERE) -W ignore -m benchmarks.fuzz_readers $(ARGS)

lint: $(DEVELOPMENT)
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports

bench: $(DEVELOPMENT)
	@$(PYTHON_HERE) -m benchmarks $(ARGS)

rules: $(DEVELOPMENT)
	@$(PYTHON_HERE) -m tests.rule_coverage

mutants: $(DEVELOPMENT)
	@nice $(VENV)/bin/mutmut run $(ARGS)
	@$(VENV)/bin/mutmut results

openapi: $(RUNTIME)
	@$(PYTHON_HERE) -m app.openapi

dev: $(DEVELOPMENT)

# Keeps the versions that are locked unless pyproject.toml asks for others; `make lock ARGS=--upgrade` renews them.
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url
lock: $(DEVELOPMENT)
	@$(LOCK) requirements-bootstrap.in -o requirements-bootstrap.txt $(ARGS)
	@$(LOCK) pyproject.toml -o requirements.txt $(ARGS)
	@$(LOCK) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt $(ARGS)

clean:
	rm -rf mutants $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	@$(call install,requirements-dev.txt)
	@touch $@

$(RUNTIME): requirements.txt $(BOOTSTRAPPED)
	@$(call install,requirements.txt)
	@touch $@

# PYTHON=/path/to/python makes the choice; else the newest one here that the locks are tried with.
$(BOOTSTRAPPED): requirements-bootstrap.txt
	@test -x $(PYTHON_HERE) && $(PYTHON_HERE) -c '' 2>/dev/null || { \
	  for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3); do \
	    if $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	      exec $$python -m venv --clear $(VENV); \
	    fi; \
	  done; \
	  echo "Caseline needs Python 3.11 or later with venv and pip, and found none." >&2; \
	  echo "On Debian and Ubuntu: apt install python3-venv. Or name one: make PYTHON=/path/to/python3" >&2; \
	  exit 1; }
	@$(PYTHON_HERE) -m pip install --quiet --require-hashes -r requirements-bootstrap.txt \
	  || echo "pip could not install uv; pip itself will install the rest" >&2
	@touch $@
