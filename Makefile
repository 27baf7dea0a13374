# Linli. `make help` lists the targets. System packages are installed by the targets that need them
# (scripts/install-deps.sh, Debian and Ubuntu); everything else is Go.

# The real windows: X11 only, the toolkit's thread migration done, neither emoji font nor animations (idle CPU).
TAGS := x11,migrated_fynedo,no_emoji,no_animations
# Headless: the toolkit's test driver, no C compiler, no display.
TEST_TAGS := ci,migrated_fynedo

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -X main.version=$(VERSION)
# Every command that compiles for real windows uses these same flags, so that the toolkit's C code
# (about four minutes cold on two cores) is compiled once.
GUI := -tags $(TAGS) -trimpath -buildvcs=false
GUI_E2E := -tags $(TAGS),e2e -trimpath -buildvcs=false
STATIC := -trimpath -buildvcs=false -ldflags "-s -w $(LDFLAGS)"

GOFUMPT_VERSION := v0.12.0
GOLANGCI_VERSION := v2.15.0
GOFUMPT := bin/tools/gofumpt-$(GOFUMPT_VERSION)
GOLANGCI := bin/tools/golangci-lint-$(GOLANGCI_VERSION)
# A change to a tool's version changes its file name, so the new one is installed by itself.

GO_SOURCES = $(wildcard $(shell git ls-files -co --exclude-standard -- '*.go' 2>/dev/null || find . -name '*.go'))

.DEFAULT_GOAL := help
.PHONY: help run test test-headless test-windows check fmt-check fmt vet lint arch race bench mutants soak tour \
	build build-linli build-linlictl build-linli-hub build-tour cross clean deps-run deps-test deps-bench

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: deps-run build build-tour ## install what is missing, build, open the demo hall (on a virtual display if there is none)
	@scripts/run.sh

test: deps-test ## install what is missing and run every test: headless, then real windows
	@$(MAKE) --no-print-directory test-headless
	@$(MAKE) --no-print-directory test-windows

test-headless:
	CGO_ENABLED=0 go test -tags $(TEST_TAGS) -timeout 20m ./...

# The built programs are driven by real clicks and keys; the test starts its own virtual display.
# -count=1: Go's test cache cannot see the programs under test, and would answer for old ones.
test-windows: build
	LINLI_BIN="$(CURDIR)/bin" go test $(GUI_E2E) -count=1 -timeout 20m ./internal/e2e

check: fmt-check vet lint arch ## gofumpt, go vet, golangci-lint, import rules

$(GOFUMPT):
	@mkdir -p bin/tools
	GOBIN="$(CURDIR)/bin/tools" go install mvdan.cc/gofumpt@$(GOFUMPT_VERSION)
	@mv bin/tools/gofumpt $@

$(GOLANGCI):
	@mkdir -p bin/tools
	GOBIN="$(CURDIR)/bin/tools" go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	@mv bin/tools/golangci-lint $@

fmt-check: $(GOFUMPT)
	@bad=$$($(GOFUMPT) -l $(GO_SOURCES)) || exit 1; \
	if [ -n "$$bad" ]; then echo "not formatted (run make fmt):"; echo "$$bad"; exit 1; fi; echo "gofumpt: clean"

fmt: $(GOFUMPT) ## format every Go file
	$(GOFUMPT) -w $(GO_SOURCES)

vet: deps-test
	CGO_ENABLED=0 go vet -tags $(TEST_TAGS) ./...
	go vet $(GUI_E2E) ./...

lint: $(GOLANGCI)
	CGO_ENABLED=0 $(GOLANGCI) run ./...

# -count=1: the rules are read from `go list`, which Go's test cache cannot see.
arch:
	CGO_ENABLED=0 go test -count=1 ./internal/archtest

race: ## the race detector over everything without a window
	CGO_ENABLED=1 go test -race -timeout 30m ./app/... ./store/... ./sync/... ./kiosk/...

bench: deps-bench build ## print each budget of the design beside its measurement
	LINLI_BIN="$(CURDIR)/bin" CGO_ENABLED=0 go run -tags $(TEST_TAGS) ./internal/bench

mutants: ## take one guard out at a time: a test must go red
	go run ./internal/mutants

soak: deps-test build ## the longer versions of the kill, storm and property tests
	LINLI_SOAK=1 CGO_ENABLED=0 go test -tags $(TEST_TAGS) -count=1 -timeout 4h ./...
	LINLI_SOAK=1 LINLI_BIN="$(CURDIR)/bin" go test $(GUI_E2E) -count=1 -timeout 4h ./internal/e2e

tour: deps-run build build-tour ## take the screenshots of a short day into docs/screenshots
	bin/tour --out docs/screenshots

build: build-linli build-linlictl build-linli-hub ## bin/linli (windows), bin/linlictl and bin/linli-hub (static, no window)

# Always run, never skipped by time stamp: Go's build cache knows better than make what changed.
build-linli: deps-run
	go build $(GUI) -ldflags "$(LDFLAGS)" -o bin/linli .

build-linlictl:
	CGO_ENABLED=0 go build $(STATIC) -o bin/linlictl ./cmd/linlictl

build-linli-hub:
	CGO_ENABLED=0 go build $(STATIC) -o bin/linli-hub ./cmd/linli-hub

build-tour:
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -o bin/tour ./cmd/tour

cross: ## linlictl and linli-hub for windows/amd64 and linux/arm64
	@for program in linlictl linli-hub; do \
		CGO_ENABLED=0 GOOS=windows GOARCH=amd64 go build $(STATIC) -o bin/$$program-windows-amd64.exe ./cmd/$$program && \
		CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go build $(STATIC) -o bin/$$program-linux-arm64 ./cmd/$$program || exit 1; \
	done

deps-run:
	@scripts/install-deps.sh run

deps-test:
	@scripts/install-deps.sh test

deps-bench:
	@scripts/install-deps.sh bench

clean: ## remove what was built
	rm -rf bin screenshots
