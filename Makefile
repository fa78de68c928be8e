# Betaalhub: every daily command. `make` or `make help` lists them; each one sets up what it needs by itself.
#
# Choose another Python with `make run PYTHON=python3.12`, other test arguments with `make test PYTEST_ARGS='-k kenmerk'`,
# one foreign client with `make interop INTEROP_ARGS='--only php'`, more towns with `make simulate SEEDS=1000`, your own themes to look at
# with `make browser THEMES=/etc/betaalhub/themes`.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

PYTHON ?=
# A Python chosen by name gets an environment of its own beside the usual one.
VENV ?= .venv$(if $(PYTHON),-$(notdir $(PYTHON)))
BIN := $(VENV)/bin
PYTEST_ARGS ?=
INTEROP_ARGS ?=
SEEDS ?= 300
SIMULATE_ARGS ?=
SEED ?= 1
FREEZE_ARGS ?=
THEMES ?= deploy/themes
CODE := betaalhub gemeentelijke_koppelingen tests benchmarks deploy setup.py
PRESENT = $(wildcard $(CODE))
INSTALL := $(BIN)/python -m pip install --quiet --constraint constraints/tested.txt

# The first Python on this machine that is new enough, not too new, and really starts (a shim may not).
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))

# cx_Oracle's build needs an old setuptools. An old pip is told by the first of these, a new one by the second.
BUILD_CX := PIP_CONSTRAINT=constraints/build.txt PIP_BUILD_CONSTRAINT=constraints/build.txt

define make_venv
for candidate in $(if $(PYTHON),$(PYTHON),python3 python3.13 python3.12 python3.11); do \
    if "$$candidate" -c '$(FITS)' >/dev/null 2>&1; then found="$$candidate"; break; fi; \
done; \
if [ -z "$${found:-}" ]; then \
    echo "Betaalhub needs Python 3.11, 3.12 or 3.13; none was found$(if $(PYTHON), under the name $(PYTHON)) on PATH." >&2; \
    echo "Install one (Debian: apt-get install python3 python3-venv), or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; \
    exit 1; \
fi; \
echo "Making $(VENV) with $$found ($$("$$found" -V 2>&1)) ..."; \
rm -rf $(VENV); \
"$$found" -m venv $(VENV) >/dev/null 2>&1 \
    || { rm -rf $(VENV); "$$found" -m virtualenv --quiet $(VENV) 2>/dev/null; } \
    || { rm -rf $(VENV); virtualenv --quiet --python "$$found" $(VENV) 2>/dev/null; } \
    || { rm -rf $(VENV); "$$found" -m venv --without-pip $(VENV) 2>/dev/null \
         && "$$found" -m pip --python $(BIN)/python install --quiet pip 2>/dev/null; } \
    || { rm -rf $(VENV); \
         echo "$$found can not make a virtual environment: its venv module is not complete." >&2; \
         echo "Install it (Debian: apt-get install python3-venv) or virtualenv, and try again." >&2; exit 1; }
endef

# Pictures of an earlier run are no proof of this one. Without a browser: a loud line, and under CI a failure.
define in_browser
CHROMIUM=$$($(BIN)/python -m tests.browser.chromium); code=$$?; \
if [ $$code = 77 ]; then exit 0; elif [ $$code != 0 ]; then exit $$code; fi; \
rm -rf var/screens; export CHROMIUM BETAALHUB_TEST_BROWSER=1 BETAALHUB_TEST_SCREENS=var/screens BETAALHUB_TEST_THEMES="$(THEMES)"; \
$(BIN)/python -m pytest -n 2 $(1) $(PYTEST_ARGS); code=$$?; $(BIN)/python -m tests.browser.index var/screens; exit $$code
endef

##@ Use

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z0-9-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run stijl ## Start the whole demo: register, hub, worker, simulators, and one payment; Ctrl-C stops it
	@exec $(BIN)/betaalhub demo

install: $(VENV)/.dev stijl ## Make the virtual environment with everything in it (run and test do this themselves)

stijl: $(VENV)/.made ## Build the portal's style sheet from npm packages, unless it is there (run, test and install do this themselves)
	@$(BIN)/python -m betaalhub.web.frontend.build

##@ Prove

test: $(VENV)/.dev stijl ## Run every test
	$(BIN)/python -m pytest -n 2 --dist loadfile $(PYTEST_ARGS)
	@echo "The pages in a real browser: make browser"

test-register: $(VENV)/.test ## The register's suite on SQLite, PostgreSQL, and on BETAALHUB_TEST_ORACLE_URL when it is set; prints a page
	@case "$${BETAALHUB_TEST_ORACLE_URL:-}" in oracle+oracledb:*) $(INSTALL) --editable '.[oracle]';; esac
	$(BIN)/python -m tests.storage.report $(PYTEST_ARGS)

check: $(VENV)/.dev ## Format, lint, types, import contracts, structure of the house
	$(BIN)/ruff format --check $(PRESENT)
	$(BIN)/ruff check $(PRESENT)
	$(BIN)/mypy
	$(BIN)/lint-imports --config setup.cfg --no-cache
	$(BIN)/python -m pytest -q tests/structure

bench: $(VENV)/.dev ## Measure: CPU per StartBetaling, requests per second, memory (benchmarks/)
	$(BIN)/python -m benchmarks.start_betaling
	$(BIN)/python -m benchmarks.per_seconde
	$(BIN)/python -m benchmarks.geheugen

simulate: $(VENV)/.dev ## Play SEEDS towns (a number, or FROM..TO): unknown, late, double and lost, processes that die, and every cent counted
	$(BIN)/python -m tests.simulation.run --seeds $(SEEDS) $(SIMULATE_ARGS)

nodes: $(VENV)/.dev ## Run two hubs, three workers, nginx and PostgreSQL as processes, kill them at random (SEED), and reconcile everything
	BETAALHUB_TEST_NODES=$(SEED) $(BIN)/python -m pytest -o faulthandler_timeout=900 tests/nodes

browser: $(VENV)/.browser stijl ## Show every page in every state to a real browser (found, or fetched): axe, keyboard, paying; pictures in var/screens
	@$(call in_browser,tests/browser)

screens: $(VENV)/.browser stijl ## Only the pictures of every page and state, at 320 and 1280 px, with an index to look through: var/screens
	@$(call in_browser,tests/browser/test_pages.py)

interop: $(VENV)/.dev ## Let foreign SOAP clients (PHP, Node.js, Java, .NET, C++, Perl, Python) talk to a hub; writes docs/interop.md
	$(BIN)/python -m tests.interop.run $(INTEROP_ARGS)

oracle-h2: ## Run the register's tests through the real Oracle dialects on H2, a stand-in (installs Java and H2 as root; docs/oracle.md)
	@$(MAKE) VENV=.venv-oracle .venv-oracle/.h2
	@.venv-oracle/bin/python -m tests.oracle.h2_leg $(PYTEST_ARGS); code=$$?; [ $$code = 77 ] && [ -z "$${CI:-}" ] || exit $$code

##@ Mend

freeze-contract: $(VENV)/.dev ## Promise the contract of today: version 1 only grows from here (see CONTRIBUTING.md)
	$(BIN)/python -m tests.contract.freeze $(FREEZE_ARGS)

format: $(VENV)/.dev ## Put the code in the house format and mend what the linter can mend
	$(BIN)/ruff format $(PRESENT)
	$(BIN)/ruff check --fix $(PRESENT)

upgrade: $(VENV)/.dev ## Take the newest versions that setup.cfg allows, and write them to constraints/tested.txt
	$(BIN)/python -m pip install --quiet --upgrade --upgrade-strategy eager --editable '.[dev]'
	@{ head -2 constraints/tested.txt; $(BIN)/python -m pip freeze --exclude-editable; \
		grep -E 'legacy-cgi|JPype1|playwright|greenlet' constraints/tested.txt; } | awk '!seen[$$0]++' > $(VENV)/tested.txt
	mv $(VENV)/tested.txt constraints/tested.txt

clean: ## Remove everything that was made here, except the register in var/
	rm -rf .venv .venv-* build dist wheelhouse *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

theme-rotterdam: $(VENV)/.run ## Fetch Rotterdam's tokens from npm into var/themes/rotterdam, for its own installation only, and check the thema
	@$(BIN)/python deploy/rotterdam/fetch.py var/themes/rotterdam
	@$(BIN)/betaalhub theme check rotterdam --map var/themes

##@ Ship

wheel: $(VENV)/.dev stijl ## Build dist/*.whl and dist/*.tar.gz
	rm -rf build dist
	$(BIN)/python -m build --outdir dist .

install-oracle-cx: $(VENV)/.run ## Add the old Oracle driver cx_Oracle (needs a C compiler; oracledb is the better choice)
	$(BUILD_CX) $(BIN)/python -m pip install --editable '.[oracle-cx]'

wheelhouse: $(VENV)/.made ## Collect everything in wheelhouse/, cx_Oracle built too, for a machine without a compiler or the internet
	$(BUILD_CX) $(BIN)/python -m pip wheel --quiet --wheel-dir wheelhouse '.[postgres,oracle,oracle-cx]'
	@echo "There: pip install --no-index --find-links wheelhouse 'betaalhub[postgres,oracle,oracle-cx]'"

# A stamp per depth of installation: a second run finds it newer than what it was made from, and starts at once.
$(VENV)/.made:
	@$(make_venv)
	@touch $@

$(VENV)/.run: setup.cfg setup.py pyproject.toml constraints/tested.txt | $(VENV)/.made
	@echo "Installing betaalhub into $(VENV) ..."
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.test: setup.cfg setup.py pyproject.toml constraints/tested.txt | $(VENV)/.made
	@echo "Installing betaalhub with what its tests need into $(VENV) ..."
	@$(INSTALL) --editable '.[test]'
	@touch $@ $(VENV)/.run

# With cx_Oracle where it can be built; h2_leg says so where it can not.
$(VENV)/.h2: setup.cfg setup.py pyproject.toml constraints/tested.txt | $(VENV)/.made
	@echo "Installing betaalhub with both Oracle drivers into $(VENV) ..."
	@$(INSTALL) --editable '.[oracle-h2]'
	@$(BUILD_CX) $(BIN)/python -m pip install --quiet --no-deps cx_Oracle==8.3.0 >/dev/null 2>&1 || true
	@touch $@

$(VENV)/.browser: $(VENV)/.dev
	@echo "Installing what drives a browser into $(VENV) ..."
	@$(INSTALL) --editable '.[dev,browser]'
	@touch $@

$(VENV)/.dev: setup.cfg setup.py pyproject.toml constraints/tested.txt | $(VENV)/.made
	@echo "Installing betaalhub with its test and lint tools into $(VENV) ..."
	@$(INSTALL) --editable '.[dev]'
	@touch $@ $(VENV)/.test $(VENV)/.run

.PHONY: help run install stijl test test-register check bench simulate nodes oracle-h2 browser screens interop freeze-contract format upgrade clean wheel wheelhouse install-oracle-cx theme-rotterdam
