//! The iterator, the stream, and what is left of either when it is dropped.

use std::fs;

use futures_executor::block_on;
use static_assertions::assert_impl_all;
use telecine::{Block, BlockIter, BlockStream, Error, Samples};

use crate::support::{alone, clips, until, within};

assert_impl_all!(Block<f32>: Clone, Send, Sync, Unpin);
assert_impl_all!(BlockIter<i16>: Iterator<Item = Result<Block<i16>, Error>>, Send, Unpin);
assert_impl_all!(BlockStream<f32>: futures_core::Stream<Item = Result<Block<f32>, Error>>, Send, Unpin);

#[test]
fn both_handles_give_the_same() {
    let clip = clips::music("aac.m4a", &["-c:a", "aac"]);
    let mut iterator = Samples::read(&clip).block(4_096).start();
    let mut stream = Samples::bytes(fs::read(&clip).unwrap()).block(4_096).stream();
    let mut heard = 0;
    loop {
        let (one, other) = (iterator.next(), within_next(&mut stream));
        let (Some(one), Some(other)) = (&one, &other) else {
            assert!(one.is_none() && other.is_none(), "{one:?}, {other:?}");
            break;
        };
        let (one, other) = (one.as_ref().unwrap(), other.as_ref().unwrap());
        assert_eq!((one.samples(), one.pts(), one.position()), (other.samples(), other.pts(), other.position()));
        assert_eq!(one.channel(0), None, "two channels, interleaved");
        heard += one.frames() as u64;
    }
    let frames = |outcome: Option<&telecine::SamplesOutcome>| outcome.map(|it| (it.frames, it.corrupt, it.undecodable));
    assert_eq!(frames(iterator.outcome()), Some((heard, 0, 0)));
    assert_eq!(frames(stream.outcome()), frames(iterator.outcome()));
}

fn within_next(stream: &mut BlockStream<f32>) -> Option<Result<Block<f32>, Error>> {
    block_on(stream.next())
}

/// Before the first block, in the middle, at the end, with all of the queue full.
#[test]
fn dropped_at_any_time_it_leaves_nothing() {
    alone::alone("handles::dropped_at_any_time_it_leaves_nothing", &[], |_| {
        let clip = clips::music("mp3.mp3", &["-c:a", "libmp3lame", "-b:a", "64k"]);
        within(60, "dropped readings", move || {
            for taken in (0..200).map(|it| it % 50) {
                let mut blocks = Samples::read(&clip).block(if taken % 2 == 0 { 16 } else { 9_000 }).start();
                for block in blocks.by_ref().take(taken) {
                    block.unwrap();
                }
            }
        });
        until("their threads are gone", || threads() == 0);
    });
}

/// Threads of readings.
fn threads() -> usize {
    let threads = fs::read_dir("/proc/self/task").unwrap();
    let names = threads.flatten().filter_map(|it| fs::read_to_string(it.path().join("comm")).ok());
    names.filter(|name| name.starts_with("telecine-") && !name.starts_with("telecine-reaper")).count()
}

#[test]
fn after_a_stop_what_was_read_comes_and_then_the_end() {
    let clip = clips::music("s16.wav", &[]);
    let mut blocks = Samples::read(&clip).block(64).start();
    assert!(blocks.next().unwrap().is_ok());
    blocks.control().stop();
    let rest = within(60, "a stopped reading", move || {
        let rest = blocks.by_ref().map(|it| it.unwrap().frames() as u64).sum::<u64>();
        (rest, blocks.outcome().map(|it| (it.stopped, it.frames)))
    });
    assert_eq!(rest.1, Some((true, rest.0 + 64)));
    assert!(rest.0 < 529_200 / 2, "{rest:?}");
}
