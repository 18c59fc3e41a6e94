# Two commands matter: `make serve` and `make test`. Both make .venv first, from the lock alone.

PYTHON ?= python3
ARGS ?=

BIN := .venv/bin
VENV := .venv/.installed
PAGE := gateway/static/.built

.PHONY: serve test check proof mutants bench screenshots docs walk lock release hooks clean

serve: $(VENV) page
	$(BIN)/lessonroom serve $(ARGS)

# All of them on up to four cores, a file at a time, so that what a file shares is made once; a worker
# has a PostgreSQL of its own. Some of them, in one process: make test ARGS=tests/storage
test: $(VENV) page
	$(BIN)/pytest $(or $(ARGS),--numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder)

check: $(VENV)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/check_rules.py
	$(BIN)/python scripts/check_tests.py
	$(BIN)/python scripts/check_sizes.py
	$(BIN)/python -m scripts.write_config_reference --check
	$(BIN)/python -m scripts.generate_schema --check
	$(BIN)/python -m scripts.generate_asyncapi --check
	$(BIN)/python -m scripts.write_rest_reference --check
	$(BIN)/python -m scripts.python_client --check
	$(BIN)/python -m scripts.write_licences --check
	$(BIN)/python -m scripts.monitoring --check
	@if test -d frontend/node_modules/dependency-cruiser; then cd frontend && npm run --silent check; \
	    else echo "frontend/node_modules is not there: going on without the checks of the page" >&2; fi

# The deep versions of the tests, an hour or more, and docs/reliability.md from what they measured.
proof: $(VENV)
	$(BIN)/python scripts/reliability.py $(ARGS)

# Changes the code that decides, and sees whether a test notices; an hour. Writes its row there too.
mutants: $(VENV)
	$(BIN)/python -m scripts.mutants $(ARGS)

# Ours beside other servers in the same run, half an hour; writes docs/performance.md.
# Half a minute, and only printed: make bench ARGS=--brief
# Our board beside Excalidraw and tldraw, and that section alone: make bench ARGS=--boards
# This checkout beside another, in turns: make bench ARGS="--against PATH"
# Beside it: python -m benchmarks.counts, .recordings, .storage_commit, .commit_against PATH, .export, .actor_tell.
bench: $(VENV)
	$(BIN)/python -m benchmarks $(ARGS)

# Every endpoint of a real server as host, student, guest, outsider, kicked, waiting, operator, nobody.
walk: $(VENV)
	$(BIN)/python -m scripts.walk_endpoints

# Every page in each language, light and dark, from desktop to phone: make screenshots ARGS=folder
screenshots: $(VENV) page
	node frontend/scripts/screenshots.mjs $(ARGS)

# What is generated from the code.
docs: $(VENV)
	$(BIN)/python -m scripts.write_config_reference
	$(BIN)/python -m scripts.generate_schema
	$(BIN)/python -m scripts.generate_asyncapi
	$(BIN)/python -m scripts.write_rest_reference
	$(BIN)/python -m scripts.python_client
	$(BIN)/python -m scripts.write_licences
	$(BIN)/python -m scripts.monitoring

# Writes requirements.lock anew from pyproject.toml; review the difference like code.
lock: $(VENV)
	$(BIN)/python -m scripts.write_lock

# What is committed as files for others, the same bytes each time: make release ARGS="--out FOLDER"
release: $(VENV)
	$(BIN)/python -m scripts.release.make_release $(ARGS)

hooks: $(VENV)
	$(BIN)/pre-commit install

clean:
	rm -rf .venv build dist gateway/static frontend/node_modules .mypy_cache .ruff_cache \
	    .pytest_cache .hypothesis .import_linter_cache mutants
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is younger than the lock and pyproject.toml exactly when .venv holds what they say.
$(VENV): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "lessonroom needs Python 3.11 or newer: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# The classroom page. Without npm the server runs all the same, without a page.
.PHONY: page
ifneq ($(wildcard frontend/package.json),)
ifneq ($(shell command -v npm 2>/dev/null),)
page: $(PAGE)
else
page:
	@echo "npm is not installed: going on without the classroom page" >&2
endif
else
page:
endif

$(PAGE): $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null)
	cd frontend && npm ci --no-audit --no-fund && npm run build
	@mkdir -p $(@D) && touch $@
