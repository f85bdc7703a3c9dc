# Each target sets up what it needs in .venv first; nothing is installed anywhere else.
# make build SITE_URL=https://example.org/docs/ builds for that address.

ADDR  ?= 127.0.0.1:8000
ROUTE ?= through-service

ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && exit; \
	done; echo python3)
endif
SET_UP := @$(PYTHON) tools/environment.py
SETS   := site test builders
RUN    := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)/python

export NO_MKDOCS_2_WARNING = 1
export PYTHONUTF8 = 1

.PHONY: help serve build deploy check check-versions show schema readme release test test-all builders bench requirements clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1~\2/p' $(MAKEFILE_LIST) | awk -F'~' '{ printf "%-20s %s\n", $$1, $$2 }'

serve:  ## show the site while you write: http://127.0.0.1:8000/ (ADDR=host:port for another address)
	$(SET_UP) site
	@echo "The site will be at http://$(ADDR)/ (Chinese: http://$(ADDR)/zh/). Ctrl-C stops."
	@$(RUN) -m mkdocs serve --livereload --dev-addr $(ADDR)

build: export PREVIEWS ?= true
build: export ELSEWHERE ?= true
build:  ## build the site into site/; any warning stops it
	$(SET_UP) site
	@$(RUN) -m mkdocs build --strict

deploy: build  ## build, then make what a server or a host of static sites needs: deploy/out/, site/_headers, site/_redirects
	@$(RUN) -m tools.deploy

check:  ## check the definition in docs/flow.yml, without building the site
	$(SET_UP) site
	@$(RUN) -m requestflow check

check-versions:  ## list what docs/versions.yml held against an older release than the newest one it knows
	$(SET_UP) site
	@$(RUN) -m requestflow versions

show:  ## print a route as text (ROUTE=through-service)
	$(SET_UP) site
	@$(RUN) -m requestflow show $(ROUTE)

schema:  ## write docs/flow.schema.json anew, after a change of hooks/requestflow/model/definition.py
	$(SET_UP) site
	@$(RUN) -m requestflow schema

readme:  ## write the diagram in README.md anew
	$(SET_UP) site
	@$(RUN) -m requestflow readme

release: build  ## build, and add new addresses to docs/ledger.txt; refused when an old link is dead
	@$(RUN) -m requestflow release

test: WITHOUT = -m "not slow"
test: SETS = site test
test: test-all  ## style, types, then every test but slow ones that seldom fail

test-all:  ## style, types, then every test, as CI does
	$(SET_UP) $(SETS)
	@$(RUN) -m ruff check
	@$(RUN) -m ruff format --check
	@$(RUN) -m mypy
	@$(RUN) -m pytest $(WITHOUT)

builders: export BUILDERS_REQUIRED = 1
builders:  ## build with ProperDocs, the pages as plain Markdown with Zensical too, and look whether all is the same
	$(SET_UP) site test builders
	@$(RUN) -m pytest -n0 tests/site/test_other_builders.py

bench:  ## measure what a reader downloads and how long a writer waits
	$(SET_UP) site test
	@$(RUN) -m bench

requirements:  ## pin the newest packages that requirements/*.in allow (needs uv)
	@cd requirements && for set in site picture search mcp test builders; do \
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-config --no-header \
		--no-emit-index-url --no-emit-find-links --output-file $$set.txt $$set.in || exit; done

clean:  ## remove what was built and cached; .venv stays
	@rm -rf site deploy/out .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
