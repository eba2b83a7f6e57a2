# `make` lists the commands. Everything lives in .venv (programs) and var (data); nothing else on the machine changes.

PORT ?= 8000
JOBS ?= $(shell cores=$$(getconf _NPROCESSORS_ONLN); echo $$((cores > 4 ? 4 : cores)))
PYTHON := .venv/bin/python
MANAGE := $(PYTHON) -W error::SyntaxWarning manage.py
CODE := config standards tracker workflows tests benchmarks manage.py
export PORT

.PHONY: help demo test cover browser faults bench lint format lock upgrade secret messages clean

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

demo: .venv/demo-installed ## run the tracker on this machine, with the report's projects in it
	@mkdir -p var && test -w var || { echo "The folder var, where the data goes, cannot be written." >&2; exit 1; }
	@DJANGO_SETTINGS_MODULE=config.settings.local $(MANAGE) migrate --verbosity 0
	@DJANGO_SETTINGS_MODULE=config.settings.local exec $(MANAGE) demo

test: .venv/dev-installed ## run the suite on SQLite and on PostgreSQL, with servers of its own
	$(PYTHON) -m pytest --engine=sqlite -n $(JOBS)
	$(PYTHON) -m pytest --engine=postgres -n $(JOBS)

cover: .venv/dev-installed ## the same, and list the lines that no test reaches
	$(PYTHON) -m pytest --engine=sqlite -n $(JOBS) --cov --cov-report=
	$(PYTHON) -m pytest --engine=postgres -n $(JOBS) --cov --cov-append

browser: .venv/dev-installed ## walk the journeys in a real Chromium
	$(PYTHON) -m pytest tests/journeys

KILLS := tests/tracker/test_outbox_kills.py tests/tracker/test_tasks.py tests/tracker/test_jobs_killed.py \
	tests/standards/importers/test_killed.py

faults: .venv/dev-installed ## of the suite, what kills workers and writers and counts lost and doubled mails
	$(PYTHON) -m pytest --verbose --engine=sqlite $(KILLS)
	$(PYTHON) -m pytest --verbose --engine=postgres $(KILLS)

bench: .venv/dev-installed ## measure the performance table
	$(PYTHON) -m benchmarks

lint: .venv/dev-installed ## check style, types, layers, migrations and the container files
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy $(wildcard $(CODE))
	.venv/bin/lint-imports
	DJANGO_SETTINGS_MODULE=config.settings.test $(MANAGE) makemigrations --check --dry-run
	.venv/bin/hadolint Dockerfile
	.venv/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

format: .venv/dev-installed ## put the code into its one form
	$(PYTHON) -m ruff check --fix-only .
	$(PYTHON) -m ruff format .

COMPILE := .venv/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links

lock: | .venv/dev-installed ## write requirements*.in, with everything they need, to requirements*.txt
	$(COMPILE) $(UPGRADE) requirements.in -o requirements.txt
	$(COMPILE) $(UPGRADE) -c requirements.txt requirements-demo.in -o requirements-demo.txt
	$(COMPILE) $(UPGRADE) -c requirements-demo.txt requirements-dev.in -o requirements-dev.txt

upgrade: ## the same, with the newest versions the .in files allow
	@$(MAKE) lock UPGRADE=--upgrade

secret: ## print a SECRET_KEY
	@python3 -c 'import secrets; print(secrets.token_urlsafe(60))'

messages: .venv/dev-installed ## collect the texts to translate and compile the translations (needs gettext)
	@command -v msgfmt >/dev/null || { echo "gettext is needed: apt-get install gettext" >&2; exit 1; }
	@mkdir -p locale
	$(MANAGE) makemessages --locale zh_Hans --no-obsolete --no-wrap --add-location file --ignore .venv --ignore var --ignore tests
	$(MANAGE) compilemessages --ignore .venv --ignore var

clean: ## remove .venv and every cache; var, the data, stays
	rm -rf .venv staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage* htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp remembers which list was installed last, so that an unchanged one costs nothing.
.venv/%-installed: requirements-%.txt | $(PYTHON)
	@echo "Installing $< into .venv ..."
	@$(PYTHON) -c 'import pip' 2>/dev/null || $(PYTHON) -m ensurepip >/dev/null || true  # a first try was interrupted
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r $< || { \
	  echo "Not installed; the lines above say why. On x86-64 Linux every package has a wheel, elsewhere one may have" \
	    "none." >&2; exit 1; }
	@touch $@

$(PYTHON):
	@for python in python3.11 python3.12 python3; do \
	  if $$python -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null; \
	  then exec $$python -m venv --clear .venv; fi; \
	done; \
	echo "Python 3.11 or 3.12 with its venv module is needed (Debian: apt-get install python3 python3-venv)." >&2; exit 1
