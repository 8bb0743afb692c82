use telecine::Pipeline;

use crate::recipes::{delivery, devices, parts, pictures, sound, tracks};

/// One that is planned, and run.
pub(crate) struct Recipe {
    pub(crate) name: &'static str,
    pub(crate) make: fn() -> Pipeline,
}

/// What of the text of this file is a recipe, by its function.
macro_rules! recipes {
    ($($module:ident: $($name:ident)*;)*) => {
        vec![$($(Recipe { name: stringify!($name), make: $module::$name },)*)*]
    };
}

pub(crate) fn recipes() -> Vec<Recipe> {
    recipes! {
        parts: poster previews exact_part copied_part joined joined_copies gif;
        delivery: web vp9 av1 h265 ladder several remux editing archive own_options raw_encoder check;
        pictures: fit square bars crop turned logo picture_in_picture words fades frame_rate deinterlaced tone_mapped raw_filter;
        sound: extracted mp3 flac speech voice replaced mixed loudness faster;
        tracks: language languages all burned added_subtitles converted_subtitles tags;
    }
}

/// Those that need a device to be run; their plans take it at its word.
pub(crate) fn by_devices() -> Vec<Recipe> {
    recipes! { devices: by_that by_nvenc; }
}

/// The sections, in the page's order.
const SECTIONS: [&str; 7] = [
    include_str!("recipes/parts.rs"),
    include_str!("recipes/delivery.rs"),
    include_str!("recipes/devices.rs"),
    include_str!("recipes/pictures.rs"),
    include_str!("recipes/sound.rs"),
    include_str!("recipes/tracks.rs"),
    include_str!("recipes/programs.rs"),
];

const HEAD: &str = "# Cookbook

What people ask of `ffmpeg`, as pipelines. Each is compiled, planned and run by a test (by devices, on a driver that is scripted), and the command
below it is what its plan prints: `ffmpeg` that is told it writes the same. What the command does not say, a job does besides: the file gets its
name when it is whole, a failure says why, and all of it ends when it is told to. The names are those of files in the working directory, `in.mp4`
among them with 1920x1080 pixels; a command of yours may differ, for a plan looks at the input. `pipeline.start()` runs a pipeline,
`println!(\"{}\", pipeline.plan().wait()?)` shows its plan.

<!-- Made by tests/cookbook from its recipes; TELECINE_WRITE_COOKBOOK=1 cargo test --all-features --test cookbook writes it anew. -->
";

/// The whole page; `command` gives what a recipe's plan prints, by its heading.
pub(crate) fn text(command: impl Fn(&Recipe, &str) -> String) -> String {
    let recipes: Vec<_> = recipes().into_iter().chain(by_devices()).collect();
    let mut page = HEAD.to_owned();
    for section in SECTIONS {
        let title = section.lines().next().and_then(|it| it.strip_prefix("//! ")).expect("a section has a title");
        page += &format!("\n## {title}\n");
        for function in functions(section) {
            let recipe = recipes.iter().find(|it| it.name == function.name);
            assert!(recipe.is_some() || !function.is_pipeline(), "{} is not among the recipes", function.name);
            page += &format!("\n### {}\n\n{}\n\n```rust,no_run\n{}\n```\n", function.title, function.why, function.shown());
            if let Some(recipe) = recipe {
                page += &format!("\n```sh\n{}\n```\n", command(recipe, function.title));
            }
        }
    }
    page
}

/// The text of one function.
struct Function<'a> {
    title: &'a str,
    why: String,
    /// From `fn` on.
    signature: String,
    name: &'a str,
    /// The lines between its braces.
    body: Vec<&'a str>,
}

impl Function<'_> {
    fn is_pipeline(&self) -> bool {
        self.signature.contains("-> Pipeline {")
    }

    /// What of it is on the page: all, or what makes a pipeline, without the line that gives it to the test.
    fn shown(&self) -> String {
        if !self.is_pipeline() {
            return format!("{}\n{}\n}}", self.signature, self.body.join("\n"));
        }
        let (last, lines) = self.body.split_last().expect("a function does something");
        assert_eq!(last.trim(), "pipeline", "{}", self.name);
        lines.iter().map(|it| it.strip_prefix("    ").unwrap_or(it)).collect::<Vec<_>>().join("\n")
    }
}

/// All functions of a formatted source, each with its documentation.
fn functions(source: &str) -> Vec<Function<'_>> {
    let (mut found, mut about) = (Vec::new(), Vec::new());
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        if let Some(doc) = line.strip_prefix("///") {
            about.push(doc.trim());
        } else if let Some(signature) = line.strip_prefix("pub(crate) ") {
            let name = signature.split("fn ").nth(1).and_then(|it| it.split('(').next()).expect("a function has a name");
            let body = lines.by_ref().take_while(|it| *it != "}").collect();
            let why = about[2..].join("\n");
            found.push(Function { title: about[0], why, signature: signature.to_owned(), name, body });
            about.clear();
        }
    }
    found
}
