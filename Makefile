# Two commands matter: `make run` and `make test`. Both install what they need into .venv, from locks with hashes.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
RUN_LOCK := requirements/run.txt
DEV_LOCK := requirements/dev.txt
# The locks name every package, so pip resolves nothing.
INSTALL = f() { echo "installing $$(grep -c '^[a-z].*==' $$1) packages from $$1 into .venv: a minute or two" && \
	$(BIN)/python -m pip install --disable-pip-version-check --no-input -q --no-deps --require-hashes -r $$1 && \
	$(BIN)/python -m pip check && $(PREPARE); }; f
# What the first run need not do: compile our modules, make Dagster's databases and the frame of a publish.
PREPARE = $(BIN)/python -m compileall -q schemas sources pipelines && $(BIN)/python -m pipelines.prepare
export DAGSTER_HOME := $(CURDIR)
export PYTHONPATH := $(CURDIR)

.PHONY: run serve test lint fix generate lock mutate bench-run system clean help

run: .venv/run.done  ## take in what ships and what lies in data/inbox, compute, publish, print the targets
	@./yuexin run

serve: .venv/run.done  ## the Dagster UI with its daemon on http://127.0.0.1:3000
	$(BIN)/dagster dev -h 127.0.0.1 -p $${PORT:-3000}

test: .venv/dev.done  ## the whole suite, on all cores
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: .venv/dev.done  ## ruff, mypy strict, import contracts, SQL lint; that each mart can be made for Spark is a test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint sql

fix: .venv/dev.done  ## what ruff and sqlfluff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix sql

generate: .venv/dev.done  ## files made from the code: column lineage, JSON Schemas; docs/methodology from the worked cases
	$(BIN)/python -m pipelines.generate
	$(BIN)/python -m tests.spec.methodology

mutate: .venv/dev.done  ## mutants of the checks' SQL against their cases: minutes; fails where one survives without a reason, or under nine of ten are caught
	$(BIN)/python -m tests.mutation

lock: .venv/dev.done  ## new versions into the locks (hashes, no index address)
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--upgrade pyproject.toml -o $(RUN_LOCK)
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--upgrade --extra dev -c $(RUN_LOCK) pyproject.toml -o $(DEV_LOCK)

bench-run: .venv/dev.done  ## seconds of a first and a second `make run`, beside `import dagster`
	$(BIN)/python tests/bench_run.py

system:  ## programs that tests need, from Debian's packages (as root); without them those tests skip by name
	@if command -v chromium >/dev/null; then echo "chromium is here"; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			chromium fonts-noto-cjk >/dev/null && echo "chromium installed"; \
	else echo "not root or no apt-get: install chromium and a Chinese font by hand"; fi

clean:  ## everything made: environment, warehouse, publishes, Dagster's history (snapshots and inbox stay)
	rm -rf .venv .dagster data/warehouse data/published .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Python 3.11 is needed (make PYTHON=/path/to/python3.11)" >&2; exit 2; }
	$(PYTHON) -m venv .venv
	ln -s ../../yuexin .venv/bin/yuexin

.venv/run.done: $(RUN_LOCK) | .venv/bin/python
	@if [ -e .venv/dev.done ] && [ .venv/dev.done -nt $(RUN_LOCK) ]; then :; else \
		$(INSTALL) $(RUN_LOCK); fi
	@touch $@

.venv/dev.done: $(DEV_LOCK) | .venv/bin/python
	@$(INSTALL) $(DEV_LOCK)
	@touch $@ .venv/run.done
