# Discussions. `make help` lists what this does.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
# The English of code and documents. -i: parts of French words in tests.
MISSPELL    := github.com/golangci/misspell/cmd/misspell@v0.8.0 -error -i adresse,appareil,chambre,confidentiel,decembre,exemple,marrage,novembre
VERSION     := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BUILD       := internal/dev/build.sh -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o build/
SESSION     := internal/dev/session.sh
PACKAGES    := internal/dev/packages.sh
# make check vets. Memory is cheaper than time: the garbage is collected less often. With the race detector a program waits at its end
# for reports that are still being written: 50 ms instead of a second, as there are a hundred programs.
# -trimpath: what was compiled serves in every folder, so also in a new clone. Fyne is the program's, so each test of a screen does not parse
# its fonts and icons anew.
RUNTESTS     = GOGC=400 GORACE=atexit_sleep_ms=50 DISCUSSIONS_IN_MEMORY=1 GOFLAGS="$(GOFLAGS) -trimpath $$(internal/dev/build.sh --flags) $(UNWATCHED)" $(SESSION) go run ./internal/dev/runtests
# The race detector does not watch libraries that compute, each on memory of its own: with it they take five to ten times as long.
# None of them may use sync.Map or another generic type that orders goroutines: the linker could take its code from there, unwatched, for
# the whole program, and races would be reported where there are none (encoding/xml does). Nor may it guard a map by a sync.Once, which is
# not seen there (regexp/syntax does).
COMPUTING   := github.com/ncruces/go-sqlite3-wasm/... github.com/ncruces/go-sqlite3/vfs/... github.com/ncruces/go-sqlite3/internal/sqlite3_wrap regexp github.com/go-text/... github.com/fyne-io/oksvg github.com/srwiley/... golang.org/x/image/... golang.org/x/crypto/argon2 golang.org/x/crypto/blake2b golang.org/x/crypto/internal/poly1305 lukechampine.com/adiantum/... image/... compress/... discussions/packaging/windows/lzx
UNWATCHED   := $(foreach packages,$(COMPUTING),-gcflags=$(packages)=-race=false)
TOUR        := ./internal/tour -count=1 -timeout=20m -out='$(CURDIR)/build/tour'
# Packages that need no C: vetted for the other systems too. On macOS Fyne's own widgets need it.
PORTABLE    := ./account/... ./assets/... ./auth/... ./cmd/discussions/internal/... ./messaging/... ./notify/... ./settings/... ./internal/...
# Of these, what runs under Wine: all but what needs the sandbox's servers.
UNDER_WINE  := ./account/... ./assets/... ./auth/... ./messaging ./messaging/model ./messaging/outbox ./messaging/store ./messaging/xmpp ./notify/... ./settings/... ./ui/... \
	./cmd/discussions/internal/... ./internal/atomicfile ./internal/clipboard ./internal/dispatch ./internal/i18n ./internal/instance ./internal/netwatch ./internal/privatedir ./internal/process ./internal/secret ./internal/updates ./internal/webmark

# The version is VERSION; git's own stamp would refuse a folder that belongs to somebody else.
export GOFLAGS := $(shell go env GOFLAGS 2>/dev/null) -buildvcs=false

# Property tests draw the same runs each time, so that only a change can make them fail. RAPID_SEED=0 draws others, as go test does.
test windows: export RAPID_SEED ?= 1
# Under Wine they look for what is different there, which takes fewer runs.
windows: export RAPID_CHECKS ?= 25
export RAPID_NOFAILFILE := 1

.PHONY: help run test windows check tour bench soak build release packages-check sandbox clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo '  make run CONFIG=discussions.toml   the program alone, against a given deployment file'

run: ## the program against a whole organisation on loopback (servers, colleagues who answer)
ifdef CONFIG
	@$(PACKAGES) build
	$(BUILD) ./cmd/discussions
	@internal/dev/run.sh '$(CONFIG)'
else
	@$(PACKAGES) build run
	$(BUILD) ./cmd/discussions ./cmd/sandbox
	@internal/dev/run.sh
endif

test: ## every test, the tour included, with the race detector; fails if one is skipped; installs what it needs
	@$(PACKAGES) build run secrets screen test
	@internal/dev/build.sh --flags >/dev/null
	$(RUNTESTS) -vet=off -race $(TOUR) \
		-- -vet=off -race -timeout=20m ./messaging ./messaging/xmpp/enginetest \
		-- -vet=off -race -timeout=20m ./ui/... \
		-- -vet=off -race -timeout=20m $$(go list ./... | grep -v -e /internal/tour -e '/messaging$$' -e /enginetest -e '/ui$$' -e /ui/) \
		-- -vet=off -run='Matter|Gaps|Copies' ./messaging/store

windows: ## the tests as programs of Windows, under Wine; installs what it needs
	@$(PACKAGES) windows
	internal/dev/windows.sh $(UNDER_WINE)

check: ## gofmt, vet (for Windows and macOS too where no C is needed), staticcheck, spelling, commit subjects
	@$(PACKAGES) build
	@unformatted=$$(find . -path ./build -prune -o -name '*.go' -print | xargs gofmt -l); [ -z "$$unformatted" ] || { echo "gofmt would change: $$unformatted"; exit 1; }
	go mod verify
	go vet ./...
	GOOS=windows CGO_ENABLED=0 go vet $(PORTABLE) ./ui/...
	GOOS=darwin CGO_ENABLED=0 go vet $(PORTABLE)
	go run $(STATICCHECK) ./...
	@go run $(MISSPELL) $$(find . -path ./build -prune -o \( -name '*.go' -o -name '*.md' -o -name '*.sh' -o -name en.json \) -print | \
		grep -v -e /docs/administrators/ -e /docs/utilisateurs/)
	@internal/dev/subjects.sh

tour: ## a robot uses the real program on a real screen; a picture of each step in build/tour; WAYLAND=1: on Wayland, without X11
ifdef WAYLAND
	@$(PACKAGES) build run secrets screen test wayland
	$(SESSION) go test $(TOUR) -run='TestTour$$' -wayland -out='$(CURDIR)/build/tour-wayland'
else
	@$(PACKAGES) build run secrets screen test
	$(SESSION) go test $(TOUR)
endif

bench: ## figures, printed and never judged: of the parts, then of the whole program and of the wire; about ten minutes
	@$(PACKAGES) build run secrets screen test
	$(SESSION) go test -run '^$$' -bench . -benchtime 200ms $$(grep -rl --include='*_test.go' '^func Benchmark' account messaging ui | xargs -n1 dirname | sort -u | sed 's|^|./|')
	$(SESSION) go test -run '^$$' -bench . -benchtime 1x -timeout 20m ./internal/tour

soak: ## a storm for hours: two people and a group write while everything breaks; FOR=8h, SEED=1 for one seed
	@$(PACKAGES) build run test
ifdef SEED
	$(SESSION) go test ./internal/storm -run TestStorm -count=1 -v -timeout=0 -seed=$(SEED) -plan
else
	$(SESSION) go test ./internal/storm -run TestStorm -count=1 -v -timeout=0 -steps=100 -for=$(or $(FOR),1h)
endif

build: ## the program, in build/
	@$(PACKAGES) build
	$(BUILD) ./cmd/discussions

release: ## packages for Linux and Windows, in build/release; RELEASE=1.2.3 names the version; keys: packaging/sign.sh
	@$(PACKAGES) build release
	packaging/release.sh '$(or $(RELEASE),$(patsubst v%,%,$(VERSION)))' build/release

packages-check: ## packages made twice and compared, looked into, signed, installed, started, upgraded and removed; about ten minutes
	@$(PACKAGES) build release packages
	packaging/check/all.sh build/packages-check

sandbox: ## the organisation on loopback alone; ends with Ctrl+C
	@$(PACKAGES) run
	$(BUILD) ./cmd/sandbox
	build/sandbox --greet

clean: ## forget what was built
	rm -rf build
