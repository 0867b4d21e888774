# Discussions. `make help` lists what this does.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
VERSION     := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GOFLAGS_ALL := -trimpath -ldflags '-X main.version=$(VERSION)'
SESSION     := internal/dev/session.sh
PACKAGES    := internal/dev/packages.sh
# Packages that need no C: vetted for the other systems too.
PORTABLE    := ./account/... ./assets/... ./auth/... ./messaging/... ./notify/... ./settings/... ./ui/... ./internal/...

.PHONY: help run test check tour bench build sandbox clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo '  make run CONFIG=discussions.toml   the program alone, against a given deployment file'

run: ## the program against a whole organisation on loopback (servers, colleagues who answer)
ifdef CONFIG
	@$(PACKAGES) build
	go build $(GOFLAGS_ALL) -o build/ ./cmd/discussions
	build/discussions --config '$(CONFIG)'
else
	@$(PACKAGES) build run desktop
	go build $(GOFLAGS_ALL) -o build/ ./cmd/discussions ./cmd/sandbox
	@internal/dev/run.sh
endif

test: ## every test, the tour included, with the race detector; installs what it needs
	@$(PACKAGES) build run desktop test
	$(SESSION) go test -race -timeout 20m ./...
	@$(MAKE) --no-print-directory tour

check: ## gofmt, vet (for Windows and macOS too where no C is needed), staticcheck
	@$(PACKAGES) build
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "gofmt would change: $$unformatted"; exit 1; }
	go mod verify
	go vet ./...
	GOOS=windows CGO_ENABLED=0 go vet $(PORTABLE)
	GOOS=darwin CGO_ENABLED=0 go vet $(PORTABLE)
	go run $(STATICCHECK) ./...

tour: ## a robot uses the real program on a real screen; a picture of each step in build/tour
	@$(PACKAGES) build run desktop test
	go build $(GOFLAGS_ALL) -o build/ ./cmd/discussions ./cmd/sandbox
	go build -o build/ ./internal/robot
	$(SESSION) build/robot tour --out build/tour

bench: ## figures, printed and never judged
	@$(PACKAGES) build run desktop test
	go build $(GOFLAGS_ALL) -o build/ ./cmd/discussions ./cmd/sandbox
	go build -o build/ ./internal/robot
	$(SESSION) build/robot bench
	$(SESSION) go test -run '^$$' -bench . -benchtime 200ms ./...

build: ## the program, in build/
	@$(PACKAGES) build
	go build $(GOFLAGS_ALL) -o build/ ./cmd/discussions

sandbox: ## the organisation on loopback alone; ends with Ctrl+C
	@$(PACKAGES) run
	go build -o build/ ./cmd/sandbox
	build/sandbox

clean: ## forget what was built
	rm -rf build
