# Every target sets up what it needs. Wants Python >= 3.10 and a package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
OTHER ?= 3.13
OTHER_VENV := .cache/python-$(OTHER)

.PHONY: install demo test test-pure test-other check bench facts lock clean
.DEFAULT_GOAL := install

$(STAMP): requirements/dev.txt pyproject.toml build_facts.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
		{ echo "tfshift needs Python 3.10 or newer; say make PYTHON=python3.12 install"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

install: $(STAMP)
	@$(BIN)/python -m compileall -q src/tfshift
	@$(BIN)/python src/tfshift/facts/build/pack.py facts src/tfshift/facts/facts.sqlite

demo: install
	$(BIN)/tfshift migrate examples/digits-tf1 --to 2.15 --out build/demo -- python train.py

test: install
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-pure: install
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not truth"

# The pure tests once more, under another Python than the one of the checkout.
test-other: install
	@exe=$$($(BIN)/python -c 'import sys; from tfshift.environment.interpreters import find; \
		found = find("$(OTHER)"); print(found.path if found else "")'); \
	if [ -z "$$exe" ]; then echo "no Python $(OTHER) here: its tests are left out"; exit 0; fi; \
	set -e; test -x $(OTHER_VENV)/bin/python || $(BIN)/uv venv -q --python $$exe $(OTHER_VENV); \
	$(BIN)/uv pip sync -q --python $(OTHER_VENV) --require-hashes requirements/dev.txt; \
	$(BIN)/uv pip install -q --python $(OTHER_VENV) --no-deps --no-build-isolation -e .; \
	$(OTHER_VENV)/bin/python -m pytest -n 2 --dist loadfile -m "not truth" -p no:cacheprovider

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install
	$(BIN)/python -m bench

# make facts RELEASE=2.16 (or keras==3.5) measures one release; without it, all that are in facts/ again.
MEASURED = $(basename $(notdir $(wildcard facts/releases/*.json))) \
	$(addprefix keras==,$(basename $(notdir $(wildcard facts/keras/*.json)))) \
	$(addprefix tf_keras==,$(basename $(notdir $(wildcard facts/tf_keras/*.json))))
facts: install
	$(BIN)/tfshift facts build $(or $(RELEASE),$(MEASURED))

lock: install
	cd requirements && ../$(BIN)/uv pip compile -q --universal --python-version 3.10 --generate-hashes \
		--no-emit-index-url --custom-compile-command "make lock" --all-extras ../pyproject.toml -o product.txt
	cd requirements && ../$(BIN)/uv pip compile -q --universal --python-version 3.10 --generate-hashes \
		--no-emit-index-url --custom-compile-command "make lock" product.txt dev.in -o dev.txt

clean:
	rm -rf $(VENV) .cache build dist
