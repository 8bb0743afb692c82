//! What the driver was asked for: `log.c` has the form of the lines.

use std::collections::{BTreeMap, BTreeSet};
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
    /// That encode.
    pub(crate) sessions: usize,
    /// Of sessions: for pictures and for what they are coded to, and memory of the device that one was given. Of libva, all.
    pub(crate) buffers: usize,
    /// Of libva, whose contexts here are displays, whose memory is surfaces.
    pub(crate) configs: usize,
    /// The same.
    pub(crate) images: usize,
    /// Buffers whose memory was given out.
    pub(crate) mapped: usize,
    /// Of libva: what scales pictures.
    pub(crate) processors: usize,
    /// Programs for the device.
    pub(crate) modules: usize,
    /// What they read.
    pub(crate) textures: usize,
}

/// A plane that a kernel has scaled; of libva, a picture.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Scaled {
    /// FFmpeg's name; of libva, its filter's.
    pub(crate) kernel: String,
    pub(crate) from: (u32, u32),
    pub(crate) to: (u32, u32),
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

/// What a session was told when it was initialized. `told.c` has the names: `codec`, `width`, `height`, `rate`, `sar`, `depth`, `chroma`,
/// `profile`, `level`, `preset`, `tuning`, `mode`, `quality`, `qp-p`, `qp-b`, `qp-i`, `bits`, `most-bits`, `buffer-bits`, `gop`,
/// `between` (pictures between two that are no B), `multipass`, `lookahead`, `spatial-aq`, `temporal-aq`, `headers`, `coder`, `range`,
/// `primaries`, `transfer` and `matrix`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) device: usize,
    values: BTreeMap<String, String>,
}

impl Told {
    /// As the log has it.
    #[track_caller]
    pub(crate) fn of(&self, name: &str) -> &str {
        self.values.get(name).unwrap_or_else(|| panic!("nothing is told of {name:?}: {:?}", self.values))
    }
}

/// A picture that was encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Encoded {
    /// Of its session, counted from one.
    pub(crate) nth: u64,
    pub(crate) is_key: bool,
    /// Its quantizer on average.
    pub(crate) qp: u32,
    pub(crate) bytes: usize,
}

impl Log {
    pub(crate) fn read(path: &Path) -> Self {
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
        self.most("decoder+", "decoder-")
    }

    /// How many pieces of the device's memory there were at once, at most: each picture is one.
    pub(crate) fn most_memory(&self) -> usize {
        self.most("memory+", "memory-")
    }

    /// What each session was told that was initialized, well or not.
    pub(crate) fn told(&self) -> Vec<Told> {
        let told = |it: &[String]| Told {
            device: number(&it[0]),
            values: it[1..].chunks_exact(2).map(|it| (it[0].clone(), it[1].clone())).collect(),
        };
        self.all("told").map(told).collect()
    }

    /// Sessions that were opened.
    pub(crate) fn sessions(&self) -> usize {
        self.all("session+").count()
    }

    /// How many sessions there were at once, at most.
    pub(crate) fn most_sessions(&self) -> usize {
        self.most("session+", "session-")
    }

    /// Pictures that were encoded.
    pub(crate) fn encoded(&self) -> Vec<Encoded> {
        let encoded =
            |it: &[String]| Encoded { nth: number(&it[1]), is_key: it[2] == "key", qp: number(&it[3]), bytes: number(&it[4]) };
        self.all("encode").map(encoded).collect()
    }

    /// The formats of the pictures that sessions were to be given, from memory of the process: `nv12`, `yv12` (which is FFmpeg's
    /// `yuv420p`), `p010`, `yuv444`, `yuv444-10`, `argb`, `abgr`.
    pub(crate) fn given(&self) -> BTreeSet<String> {
        self.formats("input")
    }

    /// The same, from memory of the device.
    pub(crate) fn given_on_device(&self) -> BTreeSet<String> {
        self.formats("resource")
    }

    /// What kernels have scaled, each kind of plane once.
    pub(crate) fn scaled(&self) -> BTreeSet<Scaled> {
        let size = |it: &[String]| (number(&it[0]), number(&it[1]));
        self.all("launch").map(|it| Scaled { kernel: it[1].clone(), from: size(&it[2..]), to: size(&it[4..]) }).collect()
    }

    /// Calls that took what a picture is coded in: one, or two of fields, for each picture.
    pub(crate) fn decoded(&self) -> usize {
        self.all("decode").count()
    }

    /// Planes that were copied from the device's memory into the process's; of libva, pictures.
    pub(crate) fn fetched(&self) -> usize {
        self.all("fetch").count()
    }

    /// Of libva, pictures that the process has seen the memory of: no other way leads there, and none out of it.
    pub(crate) fn images(&self) -> usize {
        self.all("mapped+").filter(|it| it[1] == "image").count()
    }

    /// Pictures that were asked for.
    pub(crate) fn shown(&self) -> usize {
        self.pictures().count()
    }

    /// Those of them that the driver does not know: stripes.
    pub(crate) fn unknown(&self) -> usize {
        self.pictures().filter(|it| it[2] == "unknown").count()
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
            sessions: left("session+", "session-"),
            buffers: left("buffer+", "buffer-"),
            configs: left("config+", "config-"),
            images: left("image+", "image-"),
            mapped: left("mapped+", "mapped-"),
            processors: left("processor+", "processor-"),
            modules: left("module+", "module-"),
            textures: left("texture+", "texture-"),
        }
    }

    fn most(&self, given: &str, back: &str) -> usize {
        let (mut now, mut most) = (0, 0);
        for line in &self.lines {
            if line[0] == given {
                now += 1;
            } else if line[0] == back {
                now -= 1;
            }
            most = most.max(now);
        }
        most
    }

    /// Those that were asked for: by NVIDIA's calls, or by libva's.
    fn pictures(&self) -> impl Iterator<Item = &[String]> {
        self.all("map").chain(self.all("show"))
    }

    fn formats(&self, kind: &str) -> BTreeSet<String> {
        self.all("buffer+").filter(|it| it[1] == kind).map(|it| it[2].clone()).collect()
    }

    /// What follows that word in each line that begins with it.
    fn all(&self, word: &str) -> impl Iterator<Item = &[String]> {
        self.lines.iter().filter(move |it| it[0] == word).map(|it| &it[1..])
    }
}

fn number<T: std::str::FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("the driver has logged {text:?} for a number"))
}
