# Two commands matter: `make run` and `make test`. Both install what they need into .venv, from locks with hashes.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
RUN_LOCK := requirements/run.txt
DEV_LOCK := requirements/dev.txt
BENCH_LOCK := requirements/bench.txt
MUTATE_LOCK := requirements/mutate.txt
# The locks name every package, so pip resolves nothing.
INSTALL = f() { echo "installing $$(grep -c '^[a-z].*==' $$1) packages from $$1 into .venv: a minute or two" && \
	$(BIN)/python -m pip install --disable-pip-version-check --no-input -q --no-deps --require-hashes -r $$1 && \
	$(BIN)/python -m pip check && $(PREPARE); }; f
# What the first run need not do: compile our modules, make Dagster's databases and the frame of a publish.
PREPARE = $(BIN)/python -m compileall -q schemas sources pipelines && $(BIN)/python -m pipelines.prepare
export DAGSTER_HOME := $(CURDIR)
export PYTHONPATH := $(CURDIR)

.PHONY: run check serve test lint fix generate lock mutate bench bench-run fuzz soak system screenshots clean help

run: .venv/run.done  ## take in what ships and what lies in data/inbox, compute, publish, print the targets
	@./yuexin run

check: .venv/run.done  ## what checks find in all that is held, or in FILES="a.csv b.csv" beside it; keeps nothing
	@./yuexin check $(FILES)

serve: .venv/run.done  ## the Dagster UI with its daemon on http://127.0.0.1:3000, the pages of the publishes on :3001
	@$(BIN)/python -m pipelines.page_server & exec $(BIN)/dagster dev -h 127.0.0.1 -p $${PORT:-3000}

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

mutate: .venv/dev.done .venv/mutate.done  ## mutants of the checks' SQL and of the models against their cases: half an hour; fails under nine of ten
	$(BIN)/python -m tests.mutation
	$(BIN)/python -m tests.mutation.models

lock: .venv/dev.done  ## new versions into the locks (hashes, no index address)
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--upgrade pyproject.toml -o $(RUN_LOCK)
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--upgrade --extra dev -c $(RUN_LOCK) pyproject.toml -o $(DEV_LOCK)
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--upgrade --extra bench -c $(RUN_LOCK) pyproject.toml -o $(BENCH_LOCK)
	echo cosmic-ray | $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --upgrade - -o $(MUTATE_LOCK)

bench: .venv/bench.done  ## the judge of rows beside its peers: 1 and 10 million rows, an hour (FILES="usual=1000000" for less)
	.venv/bench/bin/python -m benchmarks $(or $(FILES),usual=1000000 hostile=1000000 usual=10000000 hostile=10000000)

fuzz: .venv/dev.done  ## the judge against the loop that defines it, on millions of rows (ROWS=…)
	JUDGE_ROWS=$(or $(ROWS),5000000) $(BIN)/python -m pytest tests/unit/test_judge_equality.py --timeout 0

soak: .venv/dev.done  ## kills of runs, planted faults, days of as-of: by the dozen, where the suite has a few
	YUEXIN_KILLS=10 YUEXIN_SEEDS=8 YUEXIN_DAY_STEP=1 $(BIN)/python -m pytest --timeout 0 \
		tests/faults tests/checks/test_seeded.py tests/integration/test_as_of.py

bench-run: .venv/dev.done  ## seconds of a first and a second `make run`, beside the imports that they need
	$(BIN)/python tests/bench_run.py

system:  ## programs that tests need, from Debian's packages (as root); without them those tests skip by name
	@if command -v chromium >/dev/null; then echo "chromium is here"; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			chromium fonts-noto-cjk >/dev/null && echo "chromium installed"; \
	else echo "not root or no apt-get: install chromium and a Chinese font by hand"; fi

screenshots: .venv/dev.done  ## pictures of the Dagster UI for the docs, by Chromium (make system); look at them
	$(BIN)/python docs/screenshots.py

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

.venv/bench.done: $(BENCH_LOCK) | .venv/bin/python
	$(PYTHON) -m venv .venv/bench
	.venv/bench/bin/python -m pip install --disable-pip-version-check --no-input -q --no-deps --require-hashes -r $(BENCH_LOCK)
	@touch $@

.venv/mutate.done: $(MUTATE_LOCK) | .venv/bin/python
	$(PYTHON) -m venv .venv/mutate
	.venv/mutate/bin/python -m pip install --disable-pip-version-check --no-input -q --no-deps --require-hashes -r $(MUTATE_LOCK)
	@touch $@

.venv/dev.done: $(DEV_LOCK) | .venv/bin/python
	@$(INSTALL) $(DEV_LOCK)
	@touch $@ .venv/run.done
