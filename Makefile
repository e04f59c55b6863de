# The commands of the project; `make help` lists them.
PYTHON ?= python3
# Where pip finds PyTorch's CPU build, for example https://download.pytorch.org/whl/cpu; empty: PyPI.
TORCH_INDEX ?=
TORCH ?= torch==2.13.0
BIN := .venv/bin
STAMP := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help setup serve index test check evaluate benchmark corpus test-long

help:
	@echo 'make setup      virtual environment in .venv, everything installed, model ready'
	@echo 'make serve      index if needed, then the service on http://127.0.0.1:8000'
	@echo 'make test       style, types, layers and tests'
	@echo 'make evaluate   score retrieval on the gold questions'
	@echo 'make benchmark  time reading, indexing and searching'
	@echo 'make corpus     typeset the reading editions again from corpus/sources'
	@echo 'make test-long  soak, fuzz and full-size runs'

$(STAMP): pyproject.toml
	@echo 'Setting up .venv (several hundred MB are downloaded the first time)'
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'hrqa needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 …' >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -c 'import torch' 2>/dev/null || { echo 'Installing PyTorch'; \
		$(BIN)/pip install --quiet '$(TORCH)' $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)); }
	@echo 'Installing hrqa and what it needs; this takes a few minutes'
	@$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@

setup: $(STAMP)
	@$(BIN)/hrqa setup

index: setup
	@$(BIN)/hrqa index || test -f index/current.json

serve: index
	@exec $(BIN)/hrqa serve

check: $(STAMP)
	@echo 'Checking style, types and layers'
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

test: setup check
	@echo 'Running the tests'
	@$(BIN)/pytest

test-long: setup
	@$(BIN)/pytest -m long || { test $$? -eq 5 && echo 'no long test yet'; }

evaluate: index
	@$(BIN)/hrqa evaluate

benchmark: index
	@$(BIN)/python benchmarks/run.py

corpus: $(STAMP)
	@$(BIN)/python corpus/sources/typeset.py
