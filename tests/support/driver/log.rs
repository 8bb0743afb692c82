//! What the driver was asked for: `log.c` has the form of the lines.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// Everything until the moment of reading, of all processes that have found the driver.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    lines: Vec<Vec<String>>,
}

/// What has been given out and not given back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) contexts: usize,
    pub(crate) decoders: usize,
    /// Pictures that are mapped.
    pub(crate) pictures: usize,
    /// Pieces of the device's memory.
    pub(crate) memory: usize,
}

/// A decoder that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) device: usize,
    /// FFmpeg's name.
    pub(crate) codec: String,
    /// As coded: of H.264 and HEVC, whole blocks.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Bits.
    pub(crate) depth: u32,
    pub(crate) surfaces: u32,
}

impl Log {
    pub(super) fn read(path: &Path) -> Self {
        let text = match fs::read_to_string(path) {
            Err(why) if why.kind() == ErrorKind::NotFound => String::new(),
            read => read.unwrap_or_else(|why| panic!("{}: {why}", path.display())),
        };
        // A line that is being written has no end yet.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        Self { lines: whole.lines().map(|it| it.split(' ').skip(1).map(str::to_owned).collect()).collect() }
    }

    /// The devices that there was a context of.
    pub(crate) fn devices(&self) -> BTreeSet<usize> {
        self.all("context+").map(|it| number(&it[0])).collect()
    }

    pub(crate) fn decoders(&self) -> Vec<Made> {
        let made = |it: &[String]| Made {
            device: number(&it[0]),
            codec: it[1].clone(),
            width: number(&it[2]),
            height: number(&it[3]),
            depth: number(&it[4]),
            surfaces: number(&it[5]),
        };
        self.all("decoder+").map(made).collect()
    }

    /// How many decoders there were at once, at most.
    pub(crate) fn most_decoders(&self) -> usize {
        let (mut now, mut most) = (0, 0);
        for line in &self.lines {
            match line[0].as_str() {
                "decoder+" => now += 1,
                "decoder-" => now -= 1,
                _ => (),
            }
            most = most.max(now);
        }
        most
    }

    /// Calls that took what a picture is coded in: one, or two of fields, for each picture.
    pub(crate) fn decoded(&self) -> usize {
        self.all("decode").count()
    }

    /// Pictures that were fetched.
    pub(crate) fn shown(&self) -> usize {
        self.all("map").count()
    }

    /// Those of them that the driver does not know: stripes.
    pub(crate) fn unknown(&self) -> usize {
        self.all("map").filter(|it| it[2] == "unknown").count()
    }

    /// What was asked about a codec and its depth, and whether it is supported.
    pub(crate) fn caps(&self) -> Vec<(String, u32, bool)> {
        self.all("caps").map(|it| (it[1].clone(), number(&it[2]), it[3] == "1")).collect()
    }

    /// Calls that went wrong because the script says so, each with its code; those that are no codes are below zero.
    pub(crate) fn faults(&self) -> Vec<(String, i32)> {
        self.all("fault").map(|it| (it[0].clone(), number(&it[1]))).collect()
    }

    /// Calls that would have failed with NVIDIA's driver, too, each with its code.
    pub(crate) fn refused(&self) -> Vec<(String, i32)> {
        self.all("refused").map(|it| (it[0].clone(), number(&it[1]))).collect()
    }

    /// Calls that hang.
    pub(crate) fn hanging(&self) -> usize {
        self.all("hang").count() - self.all("released").count()
    }

    /// What would leak if all ended now.
    pub(crate) fn held(&self) -> Held {
        let left = |given: &str, back: &str| self.all(given).count() - self.all(back).count();
        Held {
            contexts: left("context+", "context-"),
            decoders: left("decoder+", "decoder-"),
            pictures: left("map", "unmap"),
            memory: left("memory+", "memory-"),
        }
    }

    /// What follows that word in each line that begins with it.
    fn all(&self, word: &str) -> impl Iterator<Item = &[String]> {
        self.lines.iter().filter(move |it| it[0] == word).map(|it| &it[1..])
    }
}

fn number<T: std::str::FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("the driver has logged {text:?} for a number"))
}
