# The front door. `make` lists what it can do.
SHELL := /bin/sh
# The npm package `node` brings Node 24 where the machine has an older one.
export PATH := $(CURDIR)/node_modules/node/bin:$(CURDIR)/node_modules/.bin:$(PATH)
DEMO ?= demo

.DEFAULT_GOAL := help
.PHONY: help install demo test check commands equivalence lint-commands bundle base-image images test-image xnat screens bench clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

install: node_modules/.installed ## fetch Node 24 and the packages

node_modules/.installed: package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error || npm install --no-save --no-audit --no-fund --loglevel=error
	@# Where npm was told to run no install scripts, Node's own is run here.
	@test -x node_modules/node/bin/node || (cd node_modules/node && node installArchSpecificPackage)
	@touch $@

demo: install ## make a digital mouse, run every program on it, end with a page to look at
	node scripts/demo.ts $(DEMO)

test: install ## run every test; those that need a tool or an engine that is missing say "skipped"
	node scripts/run-tests.ts

check: install ## types, lint, generated files, structure
	tsc
	biome ci --colors=off --diagnostic-level=warn .
	node command-json/generate.ts --check
	@test ! -f scripts/model-pages.ts || node scripts/model-pages.ts --check
	node scripts/region-columns.ts --check
	node scripts/mapping-page.ts --check
	vitest run test/architecture.test.ts

commands: install ## write command.json, README tables, model pages and the JSON Schema from their declarations
	node command-json/generate.ts
	node scripts/model-pages.ts
	node scripts/region-columns.ts
	node scripts/mapping-page.ts

equivalence: install ## fit the reference data sets and write docs/equivalence.md (they lie outside the repository)
	node scripts/equivalence.ts

lint-commands: install ## judge anybody's command.json: make lint-commands FILE=path
	node command-json/lint.ts $(FILE)

bundle: install ## one file per program, in dist/
	node scripts/bundle.ts $(NAME)

base-image: install ## a Debian base with Node 24, made with debootstrap (needs root and a Docker engine)
	sh scripts/start-docker.sh && sh scripts/base-image.sh

images: install ## build every image: make images [BASE_IMAGE=node:24-slim] [NAME=process-t2]
	sh scripts/start-docker.sh && node scripts/build-images.ts $(if $(BASE_IMAGE),--base-image "$(BASE_IMAGE)") $(NAME)

test-image: install ## the tests of bundles and images alone; no Docker engine is a failure here
	XNAT_PIC_REQUIRE_ENGINE=1 vitest run test/bundle test/image

xnat: install ## start a simulated XNAT with a sample project: make xnat [XNAT_ARGS="--port 8080 --swarm"]
	node scripts/xnat.ts $(XNAT_ARGS)

screens: install ## make the pictures of docs/screens again (needs chromium, a Docker engine and the images)
	node scripts/screens.ts

bench: install ## speed and memory as ratios against peers, in one run
	node bench/run.ts

clean: ## remove what was built
	rm -rf dist build $(DEMO)
