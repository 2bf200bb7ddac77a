# Every target sets up what it needs; nothing else has to be installed but Python 3.11 to 3.13 with pip.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test slow check dev docs bench

run: .venv/installed
	$(BIN)/kliping run samples

test: .venv/installed
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

slow: .venv/installed
	$(BIN)/python -m pytest -m slow --numprocesses auto --dist worksteal

check: .venv/installed
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports
	$(BIN)/sqlfluff lint dbt_project/models dbt_project/tests && $(BIN)/python -m warehouse.dictionary --check
	VIRTUAL_ENV="$(CURDIR)/.venv" PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/dg check defs

dev: .venv/installed
	$(BIN)/kliping up

docs: .venv/installed
	$(BIN)/python -m warehouse.dictionary --write

bench: .venv/installed
	$(BIN)/python -m benchmarks

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@
