# `make` alone lists what can be made. Everything happens in .venv at the root.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help env wheelhouse run demo test bench soak fuzz quality faults fit audit

# The first one that runs and fits: a version manager's shim may stand on PATH for a version it does not have.
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON = $(shell for name in python3.12 python3.11 python3.13 python3; do "$$name" -c '$(FITS)' 2>/dev/null && command -v "$$name" && break; done)
PIP := .venv/bin/python -m pip --disable-pip-version-check
WHEELS := $(if $(wildcard wheelhouse),--no-index --find-links wheelhouse)
TORCH := $(shell grep '^torch==' constraints.txt)
# On Linux the plain index has only the build for graphics cards, 4 GB larger; the other one is asked for torch alone.
CPU_INDEX := https://download.pytorch.org/whl/cpu
FIND_CPU = $(PIP) --isolated index versions --index-url $(CPU_INDEX) --retries 0 --timeout 4 torch >/dev/null 2>&1 && echo --extra-index-url $(CPU_INDEX)

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | while IFS=$$'\t' read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

env: .venv/.installed ## Make the environment alone, in .venv

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python is missing, or too old or too new: install Python 3.11, 3.12 or 3.13"; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "venv is missing: apt-get install python3-venv"; exit 1; }
	@"$(PYTHON)" -m venv .venv

.venv/.installed: pyproject.toml constraints.txt | .venv/bin/python
	@$(PIP) download --quiet --retries 0 --timeout 10 --no-deps --dest .venv/reach $(WHEELS) "$(shell grep '^click==' constraints.txt)" >/dev/null 2>&1 || { echo "No package index can be reached and there is no ./wheelhouse with the packages: go online once, or bring a wheelhouse"; exit 1; }
	@cpu="$(if $(WHEELS),,$$($(FIND_CPU)))"; \
	if [ -n "$$cpu$(WHEELS)" ]; then echo "Installing about 130 packages, 2 GB, once: this takes a few minutes"; \
	else echo "Installing about 130 packages, once. $(CPU_INDEX), which has the smaller build of torch, does not answer: unless pip is set to find that elsewhere, this takes 6 GB and ten minutes"; fi; \
	$(PIP) install --quiet --no-deps $(WHEELS) $$cpu "$(TORCH)"
	@$(PIP) install --quiet $(WHEELS) -c constraints.txt hatchling
	@# Errors alone: pip before 23.3 warns of lxml's extra html_clean, which pyproject.toml names as a package.
	@$(PIP) install --quiet --quiet $(WHEELS) -c constraints.txt --no-build-isolation -e '.[test]'
	@touch $@

# Beside the old one until it is whole: a half-filled wheelhouse would keep `make env` from the index.
wheelhouse: .venv/bin/python ## Fill ./wheelhouse, from which `make env` installs without an index
	@echo "Downloading about 130 packages, half a gigabyte or, where $(CPU_INDEX) does not answer, several: this takes a few minutes"
	@rm -rf wheelhouse.part
	@$(PIP) wheel --no-deps $(addprefix --find-links ,$(wildcard wheelhouse)) $$($(FIND_CPU)) --wheel-dir wheelhouse.part "$(TORCH)"
	@$(PIP) wheel --find-links wheelhouse.part $(addprefix --find-links ,$(wildcard wheelhouse)) --wheel-dir wheelhouse.part -r constraints.txt
	@rm -rf wheelhouse && mv wheelhouse.part wheelhouse
	@echo "./wheelhouse holds $$(ls wheelhouse | wc -l) packages, $$(du -sh wheelhouse | cut -f1): copy it beside the Makefile of a machine with the same system and Python, and run make env there"

run: env ## Poll the publishers; the pages are at the address it prints
	@.venv/bin/secondsource run

demo: env ## The same on an invented day of news: no network needed
	@.venv/bin/secondsource demo

test: env ## Lint, types and tests, with a real PostgreSQL, Redis and Chromium
	@deploy/system-packages redis-server postgresql chromium curl nginx-light nodejs
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	@deploy/run-tests

bench: env ## How fast it is, as ratios within one run, how long editors wait, what copies are found and how much of articles' pages; SECONDSOURCE_CORPUS names a folder with articles to use
	@.venv/bin/python -m bench.embedding
	@.venv/bin/python -m bench.copies
	@.venv/bin/python -m bench.extraction
	@.venv/bin/python -m bench.api
	@if [ -n "$$SECONDSOURCE_CORPUS" ]; then .venv/bin/python -m bench.placing && .venv/bin/python -m bench.events && .venv/bin/python -m bench.desk; fi

soak: env ## A summer of the articles of SECONDSOURCE_CORPUS through all queues on PostgreSQL and Redis within SOAK_SECONDS (2400): memory, waiting, locks
	@deploy/system-packages redis-server postgresql
	@.venv/bin/python -m bench.soak

fuzz: env ## Send the API what nobody expects, FUZZ_EXAMPLES (100) an operation; fails for a reply that its document does not promise
	@.venv/bin/python -m tests.integration.api.fuzzing

quality: env ## How well events are told apart, leaving one window out, and with a corpus what its events say and whether hostile titles stay text; fails below its floors
	@.venv/bin/python -m cluster.fitting.quality
	@if [ -z "$$SECONDSOURCE_CORPUS" ]; then .venv/bin/python -m tests.quality.marking; else .venv/bin/python -m pytest -q -s tests/quality/test_judged.py tests/quality/test_said.py && .venv/bin/python -m tests.browser.hostile_lists; fi

faults: env ## Kill, stop and starve the whole service for FAULTS_SECONDS (600) on SQLite and on PostgreSQL, with articles of SECONDSOURCE_CORPUS or the demo's, and check that nothing was lost or done twice
	@deploy/system-packages redis-server postgresql
	@.venv/bin/python -m tests.faults

fit: env ## Fit types, themes and the pair model anew, to the articles of SECONDSOURCE_CORPUS and to the editors' pairs of SECONDSOURCE_PAIRS, and print the weights of related events
	@.venv/bin/python -m cluster.fitting.article_kinds
	@.venv/bin/python -m cluster.fitting.same_event
	@.venv/bin/python -m cluster.fitting.related_events

# Beside the environment: what audits is no part of what is audited. Strict, since a package that the index knows
# nothing of would otherwise count as one without advisories.
audit: .venv/bin/python ## Ask PyPI for the known vulnerabilities of every version in constraints.txt; needs the network
	@test -x .venv/audit/bin/pip-audit || { .venv/bin/python -m venv .venv/audit && .venv/audit/bin/python -m pip --disable-pip-version-check install --quiet pip-audit; }
	@.venv/audit/bin/pip-audit --strict --no-deps --disable-pip --requirement constraints.txt
