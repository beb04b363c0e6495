# make verify: the main job.  make test: the tests.  Both set up .venv first if there is none.
# Nothing but Python >= 3.11 (with venv), pip's registry and make is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTEST_FLAGS ?= -n 2

.PHONY: verify test setup lint types check clean
.DEFAULT_GOAL := verify

verify: setup
	$(BIN)/mergeproof verify --pages docs/papers
	$(BIN)/mergeproof demo

test: setup
	$(BIN)/python -m pytest $(PYTEST_FLAGS)

lint: setup
	$(BIN)/ruff check --output-format concise .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/basedpyright

check:
	.ci/run

setup: $(STAMP)

# Done again when the requirements change; a half-finished installation leaves no stamp.
$(STAMP): pyproject.toml constraints.txt
	@if [ -x $(BIN)/python ]; then :; else \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "mergeproof needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1)." >&2; \
	    echo "Name another one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }; \
	  $(PYTHON) -m venv $(VENV) || { \
	    echo "'$(PYTHON) -m venv' failed; install the venv module (Debian, Ubuntu: python3-venv)." >&2; \
	    rm -rf $(VENV); exit 1; }; \
	fi
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .hypothesis .mergeproof
