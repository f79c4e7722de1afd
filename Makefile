# Every job of this repository. Works with GNU make 3.81 and a POSIX shell; needs Python 3.11 or later.

.DEFAULT_GOAL := help
BIN := .venv/bin
TARGET ?=
ARGS ?=
PYTHON ?=
export TARGET PYTHON

.PHONY: help run stop test lint types docs bench check selfscan lock format vscode clean environment

help:
	@echo "make run                  audit the example and write report.html"
	@echo "make run TARGET=PATH      audit a repository of yours"
	@echo "make stop                 stop what make run left running"
	@echo "make test [ARGS=...]      run the tests, on all cores"
	@echo "make check                lint, types, tests, docs, and Seawall's scan of itself"
	@echo "make lint | types | docs  one part of the check"
	@echo "make format               let ruff rewrite the layout of the code"
	@echo "make bench [ARGS=...]     measure speed and accuracy"
	@echo "make vscode               build and test the extension for VS Code (needs node)"
	@echo "make lock                 renew requirements/dev.lock"
	@echo "make clean                remove everything that make made"
	@echo ""
	@echo "PYTHON=python3.12 picks the Python; otherwise the first that is 3.11 or later."

environment:
	@sh tools/environment.sh

run: environment
	@$(BIN)/python tools/run.py

stop:
	@echo "make run leaves nothing running, so there is nothing to stop"

test: environment
	@$(BIN)/python -m pytest -n auto $(ARGS)

lint: environment
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: environment
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: environment
	@$(BIN)/mypy

docs: environment
	@$(BIN)/python tools/docs.py
	@$(BIN)/python -m pytest -q tests/repo/test_links.py tests/repo/test_docs.py tests/reports/test_docs.py

bench: environment
	@$(BIN)/python -m bench $(ARGS)

selfscan: environment
	@$(BIN)/seawall scan .

check: lint types test docs selfscan

# Not part of the check: nothing else here needs node.
vscode:
	@sh tools/vscode.sh

# Needs no environment: it mends the lock that an environment could not be made from.
lock:
	@python=$$(sh tools/find_python.sh) && exec "$$python" -I tools/environment.py lock

clean:
	rm -rf .venv .build report.html dist guard/dist .hypothesis
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
