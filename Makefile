# wfrepo's tasks. `make demo` and `make test` each work alone on a Debian machine with Swift.
#
#   make build       release binary: .build/release/wfrepo
#   make test        every test
#   make check       what CI runs: formatting, shell scripts, the example, warnings as errors, every test
#   make example     builds docs/example, a program that uses the libraries
#   make demo        the story of one workflow, in a scratch repository
#   make bench       every benchmark, each beside its peer
#   make install     PREFIX=/usr/local: binary, completions for bash, zsh and fish, manual pages
#   make uninstall   takes them away
#   make format      lays out the Swift sources as `make check` wants them
#   make man         manual pages: .build/man/*.1
#   make clean       removes what was built

PREFIX ?= /usr/local
SWIFT ?= swift
SWIFT_FLAGS ?=
# A static Swift runtime takes 10 ms off each start; -s drops the symbols. The frontend's flag has generic types made from the
# witness tables that the compiler knows: by their mangled names, the runtime searches all conformances for each of them,
# a third of the instructions of a short command. Without the local path the loader does not look for libc beside the program.
RELEASE_FLAGS = -c release --static-swift-stdlib --disable-local-rpath -Xlinker -s \
	-Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors

release_binary = .build/release/wfrepo
debug_binary = .build/debug/wfrepo
manual = .build/man
swift_sources = Package.swift Plugins Sources Tests $(wildcard docs/example)
shell_sources = .ci/run $(wildcard hooks/* scripts/*.sh bench/*.sh)

bin = $(DESTDIR)$(PREFIX)/bin
share = $(DESTDIR)$(PREFIX)/share
completions = $(share)/bash-completion/completions/wfrepo $(share)/zsh/site-functions/_wfrepo \
	$(share)/fish/vendor_completions.d/wfrepo.fish

.PHONY: build test check lint example demo bench install uninstall format man clean

build:
	@scripts/setup.sh build
	$(SWIFT) build $(RELEASE_FLAGS) --product wfrepo

test:
	@scripts/setup.sh test
	$(SWIFT) test --disable-xctest $(SWIFT_FLAGS)

# SwiftPM keeps -warnings-as-errors from the packages that we depend on.
check: lint example
	@$(MAKE) --no-print-directory test SWIFT_FLAGS="$(SWIFT_FLAGS) -Xswiftc -warnings-as-errors"

lint:
	@scripts/setup.sh test
	$(SWIFT) format lint --strict --parallel --recursive $(swift_sources)
	shellcheck -x -P SCRIPTDIR $(shell_sources)

# Its own build folder, as it is a package of its own: about two minutes the first time.
example:
	@scripts/setup.sh build
	$(SWIFT) build --package-path docs/example --scratch-path .build/example

demo:
	@scripts/setup.sh demo
	$(SWIFT) build $(SWIFT_FLAGS) --product wfrepo
	@scripts/demo.sh $(debug_binary)

bench: build
	@scripts/setup.sh bench
	@bench/all.sh

# Builds only where nothing is built yet: under sudo, the build stays the user's own.
install:
	test -x $(release_binary) || $(MAKE) build
	install -D -m 755 $(release_binary) $(bin)/wfrepo
	install -d $(dir $(completions))
	$(release_binary) --generate-completion-script bash >$(word 1,$(completions))
	$(release_binary) --generate-completion-script zsh >$(word 2,$(completions))
	$(release_binary) --generate-completion-script fish >$(word 3,$(completions))
	test $(manual) -nt $(release_binary) || $(MAKE) man
	install -d $(share)/man/man1
	install -m 644 -t $(share)/man/man1 $(manual)/*.1

uninstall:
	rm -f $(bin)/wfrepo $(completions) $(share)/man/man1/wfrepo.1 $(share)/man/man1/wfrepo.*.1

format:
	$(SWIFT) format --in-place --parallel --recursive $(swift_sources)

# A program of swift-argument-parser asks ours for all that it knows.
man:
	@scripts/setup.sh build
	test -x $(release_binary) || $(MAKE) build
	$(SWIFT) build --product generate-manual
	rm -rf $(manual)
	mkdir -p $(manual)
	.build/debug/generate-manual $(release_binary) --multi-page --output-directory $(manual)

clean:
	rm -rf .build docs/example/.build
