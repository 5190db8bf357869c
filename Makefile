# sohoa: one file, not recursive, sources named.
#
#   make            build/sohoa            make check      all tests (installs what they need)
#   make demo       the whole walk on samples/   make install    DESTDIR, prefix
#   make bench      speed against peers    make accuracy   reading quality        make lint
#   make profile    where the time goes
#   make bench-search   search over many pages      make search-recall   misread names and subjects
#   make fuzz       any bytes into the readers, FUZZ_SECONDS each

BUILD    ?= build
prefix   ?= /usr/local
CC       ?= cc
PKG_CONFIG ?= pkg-config
VERSION  := 0.1

# What the desk is linked with; what opens files and reads pages is the worker's alone.
DESK_PKGS := sqlite3 libpcre2-8 libutf8proc yaml-0.1 jansson libsodium zlib
PKGS     := $(DESK_PKGS) lept tesseract libarchive poppler-glib libqpdf zbar libseccomp nss
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wundef -Wvla -Wformat=2 \
	    -Wno-unused-parameter -Wno-format-nonliteral
CFLAGS   ?= -O2 -g
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -I. $(WARNINGS) -fstack-protector-strong -fPIE \
	    -DSOHOA_VERSION='"$(VERSION)"' -DSOHOA_PREFIX='"$(prefix)"' $(PKG_CFLAGS) $(CFLAGS)
LDFLAGS  ?= -pie -Wl,-z,relro,-z,now
DESK_LIBS = $(shell $(PKG_CONFIG) --libs $(DESK_PKGS)) -lm
LDLIBS    = $(PKG_LIBS) -l:libstdc++.so.6 -lm
ifeq ($(DEVELOPER),1)
CFLAGS   := -O1 -g -Werror -fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined
LDFLAGS  := -pie -fsanitize=address,undefined
override BUILD := $(BUILD)-developer
endif
# V=1 shows the commands.
say = $(if $(V),,@printf '  %-6s %s\n' $(1) $@;)
# Foreign headers are not ours to warn about.
PKG_CFLAGS = $(subst -I/,-isystem /,$(shell $(PKG_CONFIG) --cflags $(PKGS)))
PKG_LIBS   = $(shell $(PKG_CONFIG) --libs $(PKGS))

# The corridor
LIB_SRCS := \
	pipeline/ahead.c \
	pipeline/arena.c \
	pipeline/bitmap.c \
	pipeline/clock.c \
	pipeline/config.c \
	pipeline/csv.c \
	pipeline/document.c \
	pipeline/encoded.c \
	pipeline/error.c \
	pipeline/indexing.c \
	pipeline/job.c \
	pipeline/key.c \
	pipeline/lock.c \
	pipeline/message.c \
	pipeline/plain.c \
	pipeline/pool.c \
	pipeline/reason.c \
	pipeline/record_stages.c \
	pipeline/places.c \
	pipeline/rebuild.c \
	pipeline/reindex.c \
	pipeline/runner.c \
	pipeline/sandbox.c \
	pipeline/schema.c \
	pipeline/schema_read.c \
	pipeline/serial.c \
	pipeline/signing.c \
	pipeline/shape.c \
	pipeline/screen.c \
	pipeline/stages.c \
	pipeline/store.c \
	pipeline/text.c \
	pipeline/tokens.c \
	pipeline/tokens_scan.c \
	pipeline/withdraw.c \
	pipeline/worker.c \
	pipeline/yaml.c

# The safe
LIB_SRCS += \
	pipeline/catalogue/accounts.c \
	pipeline/catalogue/anew.c \
	pipeline/catalogue/audit.c \
	pipeline/catalogue/bitmaps.c \
	pipeline/catalogue/bitmaps_collect.c \
	pipeline/catalogue/bitmaps_count.c \
	pipeline/catalogue/bitmaps_make.c \
	pipeline/catalogue/catalogue.c \
	pipeline/catalogue/check.c \
	pipeline/catalogue/corrections.c \
	pipeline/catalogue/counts.c \
	pipeline/catalogue/decisions.c \
	pipeline/catalogue/intake.c \
	pipeline/catalogue/judgement.c \
	pipeline/catalogue/journal.c \
	pipeline/catalogue/journal_form.c \
	pipeline/catalogue/journal_replay.c \
	pipeline/catalogue/ledger.c \
	pipeline/catalogue/order.c \
	pipeline/catalogue/papers.c \
	pipeline/catalogue/signatures.c \
	pipeline/catalogue/placements.c \
	pipeline/catalogue/sqlite.c \
	pipeline/catalogue/statistics.c \
	pipeline/catalogue/texts.c \
	pipeline/catalogue/texts_ask.c \
	pipeline/catalogue/texts_facets.c \
	pipeline/catalogue/texts_facts.c \
	pipeline/catalogue/texts_lists.c \
	pipeline/catalogue/texts_narrow.c \
	pipeline/catalogue/texts_reindex.c \
	pipeline/catalogue/texts_sets.c \
	pipeline/catalogue/texts_show.c \
	pipeline/catalogue/visible.c \
	pipeline/catalogue/withdrawals.c \
	pipeline/catalogue/words.c \
	pipeline/catalogue/words_list.c \
	pipeline/catalogue/work.c

# The rooms
LIB_SRCS += \
	stages/decode/archive.c \
	stages/decode/certificate.c \
	stages/decode/decode.c \
	stages/decode/encoded.c \
	stages/decode/image_file.c \
	stages/decode/inspect.c \
	stages/decode/jpeg.c \
	stages/decode/limits.c \
	stages/decode/media.c \
	stages/decode/pdf.c \
	stages/decode/pdf_content.c \
	stages/decode/pdf_copy.c \
	stages/decode/pdf_image.c \
	stages/decode/pdf_objects.c \
	stages/decode/pdf_render.c \
	stages/decode/pdf_scan.c \
	stages/decode/png.c \
	stages/decode/resolution.c \
	stages/decode/signature.c \
	stages/decode/signature_fields.c \
	stages/decode/text_layer.c \
	stages/decode/tiff.c \
	stages/decode/vietnamese.c \
	stages/export/font.c \
	stages/export/form.c \
	stages/export/lines.c \
	stages/export/pdf.c \
	stages/export/picture.c \
	stages/export/sheet.c \
	stages/export/signature.c \
	stages/index/best.c \
	stages/index/boxes.c \
	stages/index/candidates.c \
	stages/index/confusion.c \
	stages/index/fuzzy.c \
	stages/export/table.c \
	stages/index/index.c \
	stages/index/papers.c \
	stages/index/query.c \
	stages/index/query_field.c \
	stages/index/query_words.c \
	stages/index/rank.c \
	stages/index/relation.c \
	stages/index/search.c \
	stages/index/snippet.c \
	stages/index/spelling.c \
	stages/index/values.c \
	stages/image/clean.c \
	stages/image/colour.c \
	stages/image/content.c \
	stages/image/frame.c \
	stages/image/image.c \
	stages/image/leaders.c \
	stages/image/measure.c \
	stages/image/negative.c \
	stages/image/paper.c \
	stages/image/patch.c \
	stages/image/sharpness.c \
	stages/image/sheets.c \
	stages/image/specks.c \
	stages/image/through.c \
	stages/intake/archive.c \
	stages/intake/intake.c \
	stages/intake/list.c \
	stages/ocr/aside.c \
	stages/ocr/capitals.c \
	stages/ocr/columns.c \
	stages/ocr/confidence.c \
	stages/ocr/interpose.c \
	stages/ocr/lone.c \
	stages/ocr/markers.c \
	stages/ocr/missed.c \
	stages/ocr/ocr.c \
	stages/ocr/quality.c \
	stages/ocr/seal.c \
	stages/ocr/secrecy.c \
	stages/ocr/stretch.c \
	stages/ocr/syllable.c \
	stages/ocr/tesseract.c \
	stages/ocr/trim.c \
	stages/ocr/twice.c \
	stages/ocr/view.c \
	stages/ocr/words.c \
	stages/ocr/language/choose.c \
	stages/ocr/language/figures.c \
	stages/ocr/language/language.c \
	stages/ocr/language/ngrams.c \
	stages/ocr/net/beam.c \
	stages/ocr/net/best_path.c \
	stages/ocr/net/decode.c \
	stages/ocr/net/kernel.c \
	stages/ocr/net/kernel_avx2.c \
	stages/ocr/net/kernel_avx512.c \
	stages/ocr/net/kernel_plain.c \
	stages/ocr/net/layers.c \
	stages/ocr/net/letters.c \
	stages/ocr/net/line.c \
	stages/ocr/net/model.c \
	stages/ocr/net/net.c \
	stages/ocr/net/packed.c \
	stages/ocr/net/place.c \
	stages/ocr/net/prefix.c \
	stages/ocr/net/reader.c \
	stages/extract/again.c \
	stages/extract/agency.c \
	stages/extract/cites.c \
	stages/extract/code.c \
	stages/extract/extract.c \
	stages/extract/foot.c \
	stages/extract/head.c \
	stages/extract/label.c \
	stages/extract/mrz.c \
	stages/extract/number.c \
	stages/extract/order.c \
	stages/extract/repeated.c \
	stages/extract/spelling.c \
	stages/extract/stamps.c \
	stages/extract/pattern.c \
	stages/extract/subject.c \
	stages/extract/type.c \
	stages/extract/value.c \
	stages/reuse/code.c \
	stages/reuse/counter.c \
	stages/reuse/date.c \
	stages/reuse/gather.c \
	stages/reuse/judge.c \
	stages/reuse/ladder.c \
	stages/reuse/links.c \
	stages/reuse/marks.c \
	stages/reuse/people.c \
	stages/reuse/procedure.c \
	stages/reuse/reading.c \
	stages/reuse/reuse.c \
	stages/reuse/rules.c \
	stages/reuse/standing.c \
	stages/split/layout.c \
	stages/split/split.c

# The desk
COMMAND_SRCS := \
	pipeline/commands/completion.c \
	pipeline/commands/batch.c \
	pipeline/commands/cancel.c \
	pipeline/commands/confirm.c \
	pipeline/commands/counter.c \
	pipeline/commands/cut.c \
	pipeline/commands/decide.c \
	pipeline/commands/desk.c \
	pipeline/commands/dossier.c \
	pipeline/commands/export.c \
	pipeline/commands/faults.c \
	pipeline/commands/help.c \
	pipeline/commands/init.c \
	pipeline/commands/import_status.c \
	pipeline/commands/intake.c \
	pipeline/commands/judge.c \
	pipeline/commands/main.c \
	pipeline/commands/man.c \
	pipeline/commands/page.c \
	pipeline/commands/paper.c \
	pipeline/commands/progress.c \
	pipeline/commands/read.c \
	pipeline/commands/refuse.c \
	pipeline/commands/reinstate.c \
	pipeline/commands/rebuild.c \
	pipeline/commands/reindex.c \
	pipeline/commands/report.c \
	pipeline/commands/reports.c \
	pipeline/commands/retry.c \
	pipeline/commands/reuse.c \
	pipeline/commands/run.c \
	pipeline/commands/schema.c \
	pipeline/commands/schema_try.c \
	pipeline/commands/search.c \
	pipeline/commands/set.c \
	pipeline/commands/show.c \
	pipeline/commands/status.c \
	pipeline/commands/use.c \
	pipeline/commands/user.c \
	pipeline/commands/verify.c \
	pipeline/commands/version.c \
	pipeline/commands/withdraw.c \
	pipeline/commands/withdrawn.c

# The worker's program
WORKER_SRCS := pipeline/worker_main.c

OBJS      = $(LIB_SRCS:%.c=$(BUILD)/%.o)
MAIN_OBJS = $(COMMAND_SRCS:%.c=$(BUILD)/%.o)
WORKER_OBJS = $(WORKER_SRCS:%.c=$(BUILD)/%.o)

# Unit tests: tests/unit_NAME.c becomes $(BUILD)/tests/unit_NAME
UNIT_TESTS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/unit_*.c))

all: $(BUILD)/sohoa $(BUILD)/sohoa-worker $(BUILD)/locale/vi/LC_MESSAGES/sohoa.mo

$(BUILD)/sohoa: $(MAIN_OBJS) $(BUILD)/libsohoa.a
	$(call say,LD)$(CC) $(LDFLAGS) -o $@ $^ $(DESK_LIBS)

$(BUILD)/sohoa-worker: $(WORKER_OBJS) $(BUILD)/libsohoa.a
	$(call say,LD)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/libsohoa.a: $(OBJS)
	@rm -f $@
	$(call say,AR)ar rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Kernels: each for its own processor; the same bits from all, so nothing may be fused. Without sanitizers they are compiled for speed in any build.
$(BUILD)/stages/ocr/net/kernel_%.o: ALL_CFLAGS += -ffp-contract=off $(if $(filter 1,$(DEVELOPER)),,-O3)
ifeq ($(shell $(CC) -dumpmachine | cut -d- -f1),x86_64)
$(BUILD)/stages/ocr/net/kernel_avx2.o: ALL_CFLAGS += -mavx2 -mfma
$(BUILD)/stages/ocr/net/kernel_avx512.o: ALL_CFLAGS += -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512vnni
endif

# Tests that draw their own pages.
$(BUILD)/tests/unit_image: TEST_PKGS := pangocairo libqrencode
$(BUILD)/tests/unit_clean: TEST_PKGS := pangocairo
$(BUILD)/tests/unit_positions: TEST_PKGS := pangocairo
$(BUILD)/tests/unit_positions: TEST_LIBS := $(BUILD)/tests/accuracy/parts.a
$(BUILD)/tests/unit_positions: $(BUILD)/tests/accuracy/parts.a
$(BUILD)/tests/unit_ocr: TEST_PKGS := pangocairo

$(BUILD)/tests/unit_accuracy: TEST_LIBS := $(BUILD)/tests/accuracy/parts.a
$(BUILD)/tests/unit_accuracy: $(BUILD)/tests/accuracy/parts.a

$(BUILD)/tests/unit_%: tests/unit_%.c $(BUILD)/libsohoa.a
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) $(if $(TEST_PKGS),$(subst -I/,-isystem /,$(shell $(PKG_CONFIG) --cflags $(TEST_PKGS)))) -MMD -MP $(LDFLAGS) -o $@ $< \
		$(TEST_LIBS) $(BUILD)/libsohoa.a $(LDLIBS) $(if $(TEST_PKGS),$(shell $(PKG_CONFIG) --libs $(TEST_PKGS))) -lcmocka

# ---- languages of the screen ----

$(BUILD)/locale/%/LC_MESSAGES/sohoa.mo: po/%.po
	@mkdir -p $(@D)
	$(call say,MO)msgfmt --check -o $@ $<

# Collects the texts of the sources anew and merges them into the translations; what is missing is then empty in po/vi.po.
pot:
	po/schemas.sh | xgettext --language=C --from-code=UTF-8 -k_ -kN_ --no-wrap --sort-by-file --add-location=file --package-name=sohoa \
		-o $(BUILD)/sohoa.pot $(LIB_SRCS) $(COMMAND_SRCS) $(WORKER_SRCS) -
	msgmerge --update --backup=none --no-wrap --no-fuzzy-matching --add-location=file po/vi.po $(BUILD)/sohoa.pot

# ---- packages: what is missing is installed, by sudo where we are not root ----

BUILD_PACKAGES := gcc libc6-dev make pkg-config gettext libtesseract-dev libleptonica-dev libarchive-dev libsqlite3-dev \
	libpoppler-glib-dev libqpdf-dev libzbar-dev libpcre2-dev libutf8proc-dev libyaml-dev libjansson-dev libsodium-dev libseccomp-dev libnss3-dev \
	linux-libc-dev tesseract-ocr-vie fonts-liberation
TEST_PACKAGES := libcmocka-dev libcairo2-dev libpango1.0-dev libqrencode-dev fonts-dancingscript fonts-sjfonts fonts-breip perl poppler-utils qpdf sqlite3 jq zip p7zip-full zstd xz-utils \
	man-db gettext openssl
BENCH_PACKAGES := time poppler-utils tesseract-ocr ocrmypdf
PROFILE_PACKAGES := linux-perf valgrind
LINT_PACKAGES := clang clang-tidy cppcheck

define install_packages
@missing=; for p in $(1); do dpkg -s $$p 2>/dev/null | grep -q '^Status: install ok installed' || missing="$$missing $$p"; done; \
if [ -n "$$missing" ]; then \
	echo "installing:$$missing"; sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	$$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null || exit 1; \
fi
endef

build-packages:
	$(call install_packages,$(BUILD_PACKAGES))
test-packages:
	$(call install_packages,$(BUILD_PACKAGES) $(TEST_PACKAGES))
bench-packages:
	$(call install_packages,$(BUILD_PACKAGES) $(BENCH_PACKAGES))
lint-packages:
	$(call install_packages,$(BUILD_PACKAGES) $(TEST_PACKAGES) $(LINT_PACKAGES))

# ---- what people type ----

# Each begins a make of its own, because pkg-config can be asked only after the packages are there.
demo: build-packages
	@$(MAKE) --no-print-directory all
	@docs/demo.sh $(BUILD)

check: test-packages
	@$(MAKE) --no-print-directory check-built
check-built: all $(UNIT_TESTS) $(BUILD)/tests/page $(BUILD)/tests/sohoa-faulty
	@tests/run.sh $(BUILD) $(TESTS)

# Draws small scans for the tests of the whole house.
$(BUILD)/tests/page: tests/page.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) -std=c11 -D_GNU_SOURCE $(WARNINGS) $(CFLAGS) $(subst -I/,-isystem /,$(shell $(PKG_CONFIG) --cflags pangocairo lept)) -o $@ $< \
		$(shell $(PKG_CONFIG) --libs pangocairo lept) -lm

# The program, with a worker whose decoder is made to fail.
$(BUILD)/tests/sohoa-faulty: $(BUILD)/sohoa $(BUILD)/tests/sohoa-faulty-worker
	$(call say,CP)cp $< $@
$(BUILD)/tests/sohoa-faulty-worker: $(WORKER_OBJS) $(BUILD)/tests/faulty_stages.o $(BUILD)/libsohoa.a
	$(call say,LD)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

install: all
	install -D -m 755 $(BUILD)/sohoa $(DESTDIR)$(prefix)/bin/sohoa
	install -D -m 755 $(BUILD)/sohoa-worker $(DESTDIR)$(prefix)/libexec/sohoa-worker
	for f in $$(find schemas -name '*.yaml' -o -name '*.sql' -o -name '*.tsv'); do install -D -m 644 $$f $(DESTDIR)$(prefix)/share/sohoa/$$f; done
	install -D -m 644 models/vi.ngrams $(DESTDIR)$(prefix)/share/sohoa/models/vi.ngrams
	install -D -m 644 models/places.tsv $(DESTDIR)$(prefix)/share/sohoa/models/places.tsv
	install -d $(DESTDIR)$(prefix)/share/man/man1 $(DESTDIR)$(prefix)/share/bash-completion/completions
	$(BUILD)/sohoa man > $(DESTDIR)$(prefix)/share/man/man1/sohoa.1
	$(BUILD)/sohoa completion > $(DESTDIR)$(prefix)/share/bash-completion/completions/sohoa
	[ ! -d $(BUILD)/locale ] || cp -r $(BUILD)/locale $(DESTDIR)$(prefix)/share/

bench: bench-packages
	@$(MAKE) --no-print-directory all
	@tests/bench.sh $(BUILD) $(SCANS)

# ---- reading quality: tables, and $(BUILD)/accuracy/index.html. EVAL=DIR holds real/, printed/ (pages/ and truth/), fields.jsonl and scans/; without it
# drawn dossiers alone are measured. ABLATION=1 first reads all pages again with each step of cleaning switched off in turn ----

ACCURACY_PROGRAMS := $(addprefix $(BUILD)/tests/accuracy/,calibrate fields papers reader report rooms score worsen)
ACCURACY_OBJS := $(patsubst tests/%.c,$(BUILD)/tests/%.o,$(wildcard tests/accuracy/*.c))
ACCURACY_PARTS := $(filter-out $(ACCURACY_PROGRAMS:=.o),$(ACCURACY_OBJS))

$(BUILD)/tests/accuracy/parts.a: $(ACCURACY_PARTS)
	@rm -f $@
	$(call say,AR)ar rcs $@ $^
$(ACCURACY_PROGRAMS): %: %.o $(BUILD)/tests/accuracy/parts.a $(BUILD)/libsohoa.a
	$(call say,LD)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

accuracy: test-packages
	@$(MAKE) --no-print-directory accuracy-built
accuracy-built: all $(BUILD)/draw $(addprefix $(BUILD)/tests/accuracy/,fields report rooms score)
	@$(if $(filter 1,$(ABLATION)),tests/accuracy/drawn.sh $(BUILD) && tests/accuracy/ablation.sh $(BUILD) $(EVAL))
	@tests/accuracy/run.sh $(BUILD) $(EVAL)

# Pages turned, crooked, at every resolution and size: the whole table of tests/unit_positions.c.
positions: test-packages
	@$(MAKE) --no-print-directory $(BUILD)/tests/unit_positions
	@POSITIONS=all $(BUILD)/tests/unit_positions 2>/dev/null

# Resident memory of a worker that reads the largest pages of an office, against its limits.
memory: test-packages
	@$(MAKE) --no-print-directory all $(BUILD)/tests/page
	@tests/memory.sh $(BUILD)

# Weights of the words' confidences: fitted on drawn pages, tried on others and on EVAL; writes stages/ocr/calibration.h.
calibrate: test-packages
	@$(MAKE) --no-print-directory all $(BUILD)/draw $(BUILD)/tests/accuracy/calibrate
	@tests/accuracy/calibrate.sh $(BUILD) $(EVAL)

# How far a scan may be blurred, faded, coarser, turned or cut before it is read worse: the limits of stages/ocr/quality.c.
quality: test-packages
	@$(MAKE) --no-print-directory $(BUILD)/draw $(BUILD)/tests/accuracy/worsen
	@tests/accuracy/quality.sh $(BUILD)

# Papers out of drawn stacks, their types and fields: STACKS of about five papers at each of NOISE. Page texts are kept, so that a second run
# tries split and extract alone; FRESH=1 reads the pages anew, as after a change of the reader. 200 stacks are more than 1,000 papers.
# ONLY=TEMPLATE draws them of one paper of samples/draw/text; VERBOSE=1 names what is not right.
STACKS ?= 24
SEED ?= 1
NOISE ?= clean office bad
accuracy-papers: test-packages
	@$(MAKE) --no-print-directory accuracy-papers-built
accuracy-papers-built: $(BUILD)/tests/accuracy/papers $(BUILD)/draw
	@tests/accuracy/papers.sh $(BUILD) $(STACKS) $(SEED) $(NOISE)

# ---- search: LANGUAGE=DIR holds bigrams.tsv.xz and names.tsv ----

SEARCH_OBJS := $(patsubst tests/%.c,$(BUILD)/tests/%.o,$(wildcard tests/search/*.c))
$(BUILD)/tests/search/bench: $(BUILD)/tests/search/bench.o $(BUILD)/tests/search/drawn_text.o $(BUILD)/libsohoa.a
	$(call say,LD)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/tests/search/measure: $(BUILD)/tests/search/measure.o $(BUILD)/libsohoa.a
	$(call say,LD)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Misread names and subjects: recall at 10 on drawn pages (DOSSIERS, SEED, NOISE). confusions: counts what readers make of letters, on the dossiers
# that recall is not asked of, and writes stages/index/confusion_table.h.
search-recall confusions: test-packages
	@$(MAKE) --no-print-directory all $(BUILD)/draw $(BUILD)/tests/search/measure
	@tests/search/measure.sh $(BUILD) $(@:search-%=%)

# Building, size and answers over PAGES drawn pages; curve: 10k, 100k and 1M of them, and a picture.
PAGES ?= 100000
bench-search: test-packages
	@$(MAKE) --no-print-directory $(BUILD)/tests/search/bench
	@tests/search/bench.sh $(BUILD) $(or $(LANGUAGE),$(error give LANGUAGE=DIR)) $(PAGES)

# Milliseconds of each room per page, in one process; SCANS=DIR as for bench.
bench-rooms: build-packages
	@$(MAKE) --no-print-directory $(BUILD)/tests/accuracy/rooms
	@$(BUILD)/tests/accuracy/rooms $$(find $(or $(SCANS),samples/lo-2026-01) -type f \( -iname '*.pdf' -o -iname '*.tif' -o -iname '*.jpg' -o -iname '*.png' \) | sort)

# Where the time goes: rooms, libraries, functions; SCANS=DIR as for bench.
profile: build-packages
	$(call install_packages,$(PROFILE_PACKAGES))
	@$(MAKE) --no-print-directory $(BUILD)/tests/accuracy/rooms
	@tests/profile.sh $(BUILD) $(SCANS)

# Our reader of lines beside libtesseract's, kernel by kernel; SCANS=DIR as for bench, its pages as PDF, PNG, TIFF or JPEG.
bench-reader: build-packages
	@$(MAKE) --no-print-directory $(BUILD)/tests/accuracy/reader
	@$(BUILD)/tests/accuracy/reader $$(find $(or $(SCANS),samples/lo-2026-01) -type f \( -iname '*.pdf' -o -iname '*.tif' -o -iname '*.jpg' -o -iname '*.png' \) | sort) 2>/dev/null

# ---- models: needed only to make models/vi.ngrams again; LANGUAGE=DIR holds the tables told in models/README.md ----

$(BUILD)/build_ngrams: models/build_ngrams.c $(BUILD)/libsohoa.a
	$(call say,CC)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(BUILD)/libsohoa.a $(LDLIBS)
models: $(BUILD)/build_ngrams
	for t in syllables bigrams trigrams; do xz -dc $(LANGUAGE)/$$t.tsv.xz > $(BUILD)/$$t.tsv || exit 1; done
	$(BUILD)/build_ngrams $(BUILD)/syllables.tsv $(BUILD)/bigrams.tsv $(BUILD)/trigrams.tsv models/vi.ngrams

# The gazetteer from the table told in models/README.md.
places:
	xz -dc $(LANGUAGE)/places.tsv.xz | awk -f models/build_places.awk >models/places.tsv

# The question of the counter over a catalogue of DOCUMENTS papers, 1,000,000 where not said (made once in build/, about 2 GB).
bench-reuse: test-packages bench-packages
	@$(MAKE) --no-print-directory all
	@tests/bench-reuse.sh $(BUILD) $(DOCUMENTS)

# ---- samples: the generator is needed only to draw them again ----

DRAW_PKGS := cairo pangocairo libqrencode lept jansson
DRAW_SRCS := \
	samples/draw/batch.c \
	samples/draw/chance.c \
	samples/draw/check.c \
	samples/draw/dossier.c \
	samples/draw/file.c \
	samples/draw/hand.c \
	samples/draw/leaf.c \
	samples/draw/main.c \
	samples/draw/marks.c \
	samples/draw/paper.c \
	samples/draw/people.c \
	samples/draw/scan.c \
	samples/draw/stack.c \
	samples/draw/template.c \
	samples/draw/truth.c

$(BUILD)/draw: $(DRAW_SRCS) samples/draw/draw.h
	@mkdir -p $(@D)
	$(call say,CC)$(CC) -std=c11 -D_GNU_SOURCE $(WARNINGS) $(CFLAGS) $(subst -I/,-isystem /,$(shell $(PKG_CONFIG) --cflags $(DRAW_PKGS))) \
		-o $@ $(DRAW_SRCS) $(shell $(PKG_CONFIG) --libs $(DRAW_PKGS)) -lm

samples: $(BUILD)/draw
	rm -rf samples/lo-2026-01 samples/truth/lo-2026-01
	$(BUILD)/draw -t samples/draw/text -o samples

# Are the committed samples what the generator draws? Truth must agree; pixels may differ with the versions of fonts.
samples-check: $(BUILD)/draw
	rm -rf $(BUILD)/samples
	$(BUILD)/draw -t samples/draw/text -o $(BUILD)/samples
	$(BUILD)/draw --check samples $(BUILD)/samples

# ---- lint: two compilers with -Werror, cppcheck, clang-tidy (.clang-tidy says which checks and why not the others) ----

LINT_SRCS := $(LIB_SRCS) $(COMMAND_SRCS) $(WORKER_SRCS) models/build_ngrams.c $(wildcard samples/draw/*.c tests/*.c tests/accuracy/*.c)
LINT_FLAGS = $(ALL_CFLAGS) $(subst -I/,-isystem /,$(shell $(PKG_CONFIG) --cflags $(DRAW_PKGS)))
EVERY_PROGRAM = all $(UNIT_TESTS) $(BUILD)/tests/page $(BUILD)/tests/sohoa-faulty $(BUILD)/draw \
	$(ACCURACY_PROGRAMS)

lint: lint-packages
	@$(MAKE) --no-print-directory BUILD=$(BUILD)-gcc CC=gcc CFLAGS='-O2 -Werror' every-program >/dev/null
	@$(MAKE) --no-print-directory BUILD=$(BUILD)-clang CC=clang CFLAGS='-O2 -Werror' every-program >/dev/null
	@$(MAKE) --no-print-directory cppcheck
	@$(MAKE) --no-print-directory -k clang-tidy
every-program: $(EVERY_PROGRAM)
cppcheck: # ctuuninitvar takes what a callee fills for what it reads; the compilers and the sanitizers watch over that
	@cppcheck --std=c11 --enable=warning,performance,portability --inline-suppr --quiet --error-exitcode=1 --suppress=missingInclude \
		--suppress=ctuuninitvar \
		-D_GNU_SOURCE -DSOHOA_VERSION='""' -DSOHOA_PREFIX='""' \
		'-Djson_array_foreach(a,i,v)=while (i = 0, v = json_array_get(a, i))' -I. $(LINT_SRCS)
# cmocka ends a test by a long jump, which the analyzer does not see: the tests are left to the compilers, cppcheck and the sanitizers.
TIDY_SRCS := $(LIB_SRCS) $(COMMAND_SRCS) $(WORKER_SRCS) $(DRAW_SRCS)
clang-tidy: $(TIDY_SRCS:%=$(BUILD)/lint/%)
$(BUILD)/lint/%: % .clang-tidy
	@mkdir -p $(@D)
	@clang-tidy --quiet $< -- $(LINT_FLAGS) 2>/dev/null
	@clang -MM -MP -MT $@ -MF $@.d $(LINT_FLAGS) $<
	@touch $@

# ---- fuzz: every tests/fuzz_NAME.c for FUZZ_SECONDS, from seeds made of samples/ and of what was found before (tests/fuzz/NAME/) ----

FUZZ_SECONDS ?= 60
FUZZ_TESTS := $(patsubst tests/fuzz_%.c,%,$(wildcard tests/fuzz_*.c))

fuzz: lint-packages
	@$(MAKE) --no-print-directory all
	@$(MAKE) --no-print-directory SOHOA=$(BUILD)/sohoa BUILD=$(BUILD)-fuzz CC=clang LDFLAGS='-pie -fsanitize=address,undefined' \
		CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined' fuzz-built
fuzz-built: $(FUZZ_TESTS:%=$(BUILD)/tests/fuzz_%)
	@SOHOA=$(SOHOA) tests/fuzz.sh $(BUILD) $(FUZZ_SECONDS) $(FUZZ_TESTS)
$(BUILD)/tests/fuzz_%: tests/fuzz_%.c $(BUILD)/libsohoa.a
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -MMD -MP $(LDFLAGS) -fsanitize=fuzzer -o $@ $< $(BUILD)/libsohoa.a $(LDLIBS)

clean:
	rm -rf $(BUILD) $(BUILD)-developer $(BUILD)-gcc $(BUILD)-clang $(BUILD)-fuzz

.PHONY: calibrate places quality positions memory bench-reuse bench-search search-recall confusions profile lint every-program cppcheck clang-tidy fuzz fuzz-built accuracy accuracy-built accuracy-papers accuracy-papers-built bench-rooms bench-reader all pot build-packages test-packages bench-packages lint-packages demo check check-built install bench samples samples-check clean
-include $(OBJS:.o=.d) $(MAIN_OBJS:.o=.d) $(WORKER_OBJS:.o=.d) $(ACCURACY_OBJS:.o=.d) $(SEARCH_OBJS:.o=.d) $(UNIT_TESTS:=.d) $(TIDY_SRCS:%=$(BUILD)/lint/%.d)
