# Two commands do everything:   make tour   (install, then the main job)   make test   (install, then the suite)
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet

.PHONY: tour test lint bench ci refresh clean
tour: $(VENV)/.installed
	@$(PY) -m workdepth tour

test: $(VENV)/.installed-dev
	$(PY) -m pytest -n auto

lint: $(VENV)/.installed-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports

# Some minutes, alone on the machine; writes benchmarks/results/ and the table in benchmarks/README.md.
bench: $(VENV)/.installed-dev
	$(PY) benchmarks/startup.py
	$(PY) benchmarks/analysis.py
	$(PY) benchmarks/unroll.py
	$(PY) benchmarks/ptx_machine.py
	$(PY) benchmarks/sweeps.py
	$(PY) benchmarks/width.py
	$(PY) benchmarks/summary.py

# All that must pass, from a bare machine on.
ci:
	.ci/run

# Write printed outputs anew, in the golden texts and in the documentation; read the difference before you commit it.
refresh: $(VENV)/.installed-dev
	WORKDEPTH_REFRESH=1 $(PY) -m pytest tests/report tests/test_house_documents.py

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "workdepth needs Python 3.11 or later; try: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(PIP) install --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	$(PIP) install --editable ".[dev,ptx]"
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
