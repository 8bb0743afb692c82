# What there is to do here. `demo` and `test` do everything, from a fresh machine on.

# A path is taken as it is, also where it was given as `make demo MEDIA=…` and has a `$` in it.
override MEDIA := $(value MEDIA)
export MEDIA

## make setup   makes sure of FFmpeg 7.1 to 8.x, libclang, pkg-config (`scripts/setup --help`)
## make demo    transcodes a generated clip, or MEDIA=path, with a progress bar, and says where the result is
## make test    formatting, lints, docs, all tests, examples and benches; TELECINE_MEDIA=directory adds the corpus tests
## make bench   how fast frames come out beside a bare libavcodec loop, what telecine costs over the ffmpeg program and over ez-ffmpeg, what a log line costs, how fast jobs end, what thousands leave: 40 minutes
.PHONY: help setup demo test bench

help:
	@sed -n 's/^## //p' Makefile

setup:
	@scripts/setup

demo: setup
	@scripts/demo

test: setup
	@scripts/say-corpus
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --all-features -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --all-features
	cargo build --workspace --examples
	cargo test --workspace --all-features
	cargo test --workspace --bench '*' -- --test
	@scripts/bundle --check
	@scripts/say-corpus

bench: setup
	cargo bench --bench decode_throughput -- --rounds 9
	cargo bench --bench sampling -- --rounds 5
	cargo bench --bench pixels -- --rounds 7
	cargo bench --bench transcode
	cargo bench --bench job_overhead
	cargo bench --bench log_bridge
	cargo bench --bench endings
	cargo bench --bench probe
	cargo bench --bench stills
	cargo bench --bench soak
