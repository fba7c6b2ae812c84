# make help says what there is. The Debian packages of each target stand in scripts/packages.sh, the
# search for a JDK in scripts/jdk.sh.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build

MAVEN := source scripts/jdk.sh && heddle_find_jdk && mvn --batch-mode --no-transfer-progress

.PHONY: build test demo bench format reference clean help

build: ## compile everything and put the daemon and the CLI in place (bin/heddled, bin/heddle)
	@scripts/packages.sh build
	@$(MAVEN) --quiet -DskipTests package
	@scripts/aot.sh

test: ## run every test, with real peers; installs missing Debian packages when run by root
	@scripts/packages.sh test
	@rm -rf */target/*-reports
	@$(MAVEN) verify || { scripts/test-summary.sh; exit 1; }
	@scripts/test-summary.sh

demo: ## two nodes and two networks with the same addresses, foreign programs as pods, a verdict
	@scripts/packages.sh demo
	@$(MAKE) --no-print-directory build
	@bin/heddle-demo

bench: ## measure the fast path beside C on this machine (docs/benchmarks); ONLY="small latency" for some
	@scripts/packages.sh bench
	@$(MAKE) --no-print-directory build
	@bin/heddle-bench $(ONLY)

format: ## put every source file into the form that the build demands
	@scripts/packages.sh build
	@$(MAVEN) --quiet spotless:apply

reference: ## write docs/reference anew from the code
	@scripts/packages.sh build
	@$(MAVEN) --quiet -pl dataplane -am test -Dtest=ReferencePagesTest \
		-Dsurefire.failIfNoSpecifiedTests=false -Dheddle.reference.write=true

clean: ## remove what the build made
	@$(MAVEN) --quiet clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
