# Variables, given after the target: make lab PYTHON=python3.12
#   PYTHON       the Python to install with, 3.11 or newer
#   TORCH=cpu    torch without CUDA: the small download, for Linux without a GPU
#   CONSTRAINTS  file of versions to install; empty (CONSTRAINTS=) takes the newest
#   LAB          the lab whose answers go along: make carry LAB=02_neuron
#   LAB_ARGS     options for JupyterLab, such as LAB_ARGS="--port=9000"
#   PYTEST_ARGS  options for pytest, such as PYTEST_ARGS="-k neuron"
#   PROCESSES    how many processes share the tests; 3, since one often waits for a browser
PYTHON ?= python3
CONSTRAINTS ?= constraints.txt
PROCESSES ?= 3

IN_VENV := .venv/bin/python
INSTALL = $(PYTHON) dlcourse/start/install.py --constraints="$(CONSTRAINTS)" --torch="$(TORCH)"
FIND_PYTHON = command -v "$(PYTHON)" >/dev/null || { \
  echo "There is no $(PYTHON) here. Install Python 3.11 or newer, or name yours: make lab PYTHON=..."; \
  exit 1; }

.DEFAULT_GOAL := help
.PHONY: help lab carry test test-seeds test-versions notebooks check-notebooks shape measured bench
.PHONY: bench-grading bench-setup lock lint clean

help:  ## print this list
	@echo "Targets of make:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | awk -F '|' '{printf "%-18s %s\n", $$1, $$2}'
	@sed -n '1,8s/^# //p' Makefile

lab: .venv/.lab  ## open JupyterLab on your own copy of the notebooks, in work/
	@$(IN_VENV) -m dlcourse.start.lab $(LAB_ARGS)

carry: .venv/.lab  ## take your answers into a newer notebook: make carry LAB=02_neuron
	@$(IN_VENV) -m dlcourse.start.carry $(LAB)

test: .venv/.dev  ## run every test; what was skipped is listed at the end
	$(IN_VENV) -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder -ra --nbval \
	  --nbval-sanitize-with tests/nbval_sanitize.cfg \
	  --ignore=lectures/source --doctest-glob=README.md \
	  tests dlcourse README.md lectures labs/solutions $(PYTEST_ARGS)

test-seeds: .venv/.dev  ## judge all answers under 100 draws, not 5: about 15 minutes
	DLCOURSE_SEEDS=100 $(IN_VENV) -m pytest -n 2 -k seed \
	  tests/checks/test_catalogue.py tests/grading/marks/test_seeds.py $(PYTEST_ARGS)

test-versions: .venv/.dev  ## test with the lowest versions, the newest and Colab's, in .venvs/
	TEST_VERSIONS=1 $(IN_VENV) -m pytest -ra tests/versions $(PYTEST_ARGS)

notebooks: .venv/.dev  ## generate the notebooks from their sources
	$(IN_VENV) -m dlcourse.authoring

check-notebooks: .venv/.dev  ## say whether each notebook equals what its source generates
	$(IN_VENV) -m dlcourse.authoring --check

shape: .venv/.dev  ## measure the lectures: cells, words and lines of code of each sitting
	@$(IN_VENV) -m dlcourse.authoring.shape

measured: .venv/.dev  ## run the long experiments anew, whose results lectures load: hours
	$(IN_VENV) -m dlcourse.measured

bench: .venv/.dev  ## time the library against torch: one table of ratios
	@$(IN_VENV) -m tests.bench

bench-grading: .venv/.dev  ## time the grader against nbgrader, torch against NumPy: two tables
	@$(IN_VENV) -m tests.bench.grading
	@$(IN_VENV) -m tests.bench.exercises

bench-setup: .venv/.dev  ## time `make lab` up to the first cell against BEFORE=REVISION: one table
	@$(IN_VENV) -m tests.bench.setup $(BEFORE)

lock: .venv/.dev  ## write anew which versions `make lab` installs without a search
	@$(IN_VENV) -m dlcourse.start.lock

lint: .venv/.dev  ## check style and formatting
	$(IN_VENV) -m ruff check .
	$(IN_VENV) -m ruff format --check .

clean:  ## remove what was built; work/, .venv/ and .venvs/ stay
	rm -rf build dist .artifacts .hypothesis .pytest_cache .ruff_cache *.egg-info
	find . -name '.venv*' -prune -o -name work -prune -o -name __pycache__ -exec rm -rf {} +

# One thread per process: two processes with two each ran 20 times slower.
# nbval compares what is printed, so no progress bars, and the backend that notebooks use.
test test-seeds test-versions notebooks check-notebooks measured: export OMP_NUM_THREADS := 1
test test-seeds test-versions notebooks check-notebooks measured: export OPENBLAS_NUM_THREADS := 1
test test-seeds test-versions notebooks check-notebooks measured: export MKL_NUM_THREADS := 1
test test-seeds test-versions notebooks check-notebooks measured: export TQDM_DISABLE := 1
# Nothing is fetched meanwhile: pages are to be the same with a network and without.
test test-seeds test-versions notebooks check-notebooks: export DLCOURSE_OFFLINE := 1
unexport MPLBACKEND

# A stamp is newer than both files if what they ask for is installed.
.venv/.lab: pyproject.toml $(CONSTRAINTS)
	@$(FIND_PYTHON)
	@$(INSTALL) lab
	@touch $@

.venv/.dev: pyproject.toml $(CONSTRAINTS)
	@$(FIND_PYTHON)
	@$(INSTALL) dev
	@touch .venv/.lab $@
