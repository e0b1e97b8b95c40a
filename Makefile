# Python 3.11 or later, make and a package registry are all that is needed; no root, no container engine, no database, no broker.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
STAMP := $(VENV)/.ready
export UV_PROJECT_ENVIRONMENT := $(VENV)
export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE :=
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME

ARGS ?=
ONLY ?=
export ONLY

.PHONY: help setup demo test check format bench faults scenarios histories mutation stateful documents fuzz workbooks

help: ## what can be done here
	@awk 'BEGIN { FS = ":.*## "; print "make TARGET\n" } /^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(STAMP) ## everything that the other targets need, into .venv (again: nothing to do)

$(STAMP): pyproject.toml uv.lock
	@python=; for candidate in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  if command -v "$$candidate" > /dev/null && "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; \
	  then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "Taizhang needs Python 3.11 or later and found none. Install one, or name it: make setup PYTHON=/path/to/python3" >&2; \
	  echo "台账需要 Python 3.11 或更高版本，本机未找到。请安装，或指明路径：make setup PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	if ! [ -w . ] || { [ -e $(VENV) ] && ! [ -w $(VENV) ]; }; then \
	  echo "$$PWD belongs to somebody else: work in a copy of your own." >&2; \
	  echo "$$PWD 不可写：请在自己的副本中操作。" >&2; exit 1; \
	fi; \
	if ! $(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then \
	  echo "· environment in $(VENV), $$("$$python" --version)"; \
	  if ! "$$python" -m venv --clear $(VENV); then \
	    echo "$$python cannot make an environment: install its venv module (Debian: apt install python3-venv)." >&2; \
	    echo "$$python 无法建立虚拟环境：请安装 venv 模块（Debian：apt install python3-venv）。" >&2; exit 1; \
	  fi; \
	fi
	@if [ "$$($(BIN)/uv --version 2> /dev/null | cut -d' ' -f2)" != "$(UV_VERSION)" ]; then \
	  echo "· uv $(UV_VERSION)"; $(BIN)/python -m pip install --quiet --no-input --root-user-action=ignore "uv==$(UV_VERSION)"; \
	fi
	@echo "· packages as locked in uv.lock"
	@if [ -n "$${PIP_INDEX_URL:-}" ] || $(BIN)/python -m pip config get global.index-url > /dev/null 2>&1; then \
	  $(BIN)/uv export --quiet --frozen --all-groups --no-emit-project --output-file $(VENV)/locked.txt > /dev/null; \
	  $(BIN)/python -m pip install --quiet --no-input --no-deps --root-user-action=ignore --require-hashes -r $(VENV)/locked.txt; \
	  $(BIN)/python -m pip install --quiet --no-input --no-deps --root-user-action=ignore --editable .; \
	else \
	  $(BIN)/uv sync --quiet --locked --inexact; \
	fi
	@touch $@

demo: setup ## a fictional district on real PostgreSQL and NATS, on this machine (ARGS=--once: show and end)
	@$(BIN)/taizhang demo $(ARGS)

test: setup ## the tests, in 5 minutes or less (ARGS='-k word': some of them)
	@timeout --foreground --kill-after=10 300 $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --ignore tests/house $(ARGS) \
	  || { code=$$?; [ $$code -ne 124 ] || echo "make test: not finished after 5 minutes" >&2; exit $$code; }

check: setup ## form, types, boundaries, contract, deployment, documents
	@failed=; \
	step() { echo "· $$1"; shift; "$$@" || failed="$$failed$$1 "; }; \
	step "format" $(BIN)/ruff format --check --quiet .; \
	step "lint" $(BIN)/ruff check --quiet .; \
	step "types" $(BIN)/mypy --no-error-summary; \
	step "boundaries" $(BIN)/lint-imports --no-logo; \
	step "contract" $(BIN)/taizhang contract check; \
	step "house" $(BIN)/pytest -q tests/house; \
	[ -z "$$failed" ] || { echo "make check: failed" >&2; exit 1; }

format: setup ## puts the sources into form
	@$(BIN)/ruff check --quiet --fix-only . && $(BIN)/ruff format --quiet .

bench: setup ## figures against the limit and against peers (ONLY='name name': some of them)
	@$(BIN)/python -m bench

faults: setup ## kill -9 at random under load, a stopped broker, lost streams (SEED=n: which run, N=n: how often)
	@$(BIN)/python -m tests.faults

scenarios: setup ## every golden scenario through decide and through running services
	@$(BIN)/python -m tests.scenarios

histories: setup ## the law against a plain telling of its text on random histories (SEED=n: which, N=n: how many, else 10000)
	@$(BIN)/python -m tests.law.agreement

stateful: setup ## every aggregate against a small plain model, on random commands (SEED=n: which, N=n: how many histories, else 5000)
	@$(BIN)/python -m tests.stateful

fuzz: setup ## requests made of the OpenAPI documents against running services (SEED=n: which, N=n: how many, else 20000)
	@$(BIN)/python -m tests.fuzz

mutation: setup ## faults put into the law one by one: does a test notice? (SEED=n: which, N=n: how many, else 500)
	@$(BIN)/python -m tests.mutation

documents: setup ## every document from a demo district, opened by LibreOffice and looked at page by page (installs it where root allows)
	@$(BIN)/python -m tests.documents

workbooks: setup ## spoilt workbooks: clear answers in bounded memory; ten thousand rows in ten seconds (SEED=n: which, N=n: how many, else 200)
	@$(BIN)/python -m tests.workbooks
