//! The house keeps its floors: `src/lib.rs` lists the modules from the ground up, and a module imports only from itself and from
//! those listed above it. Only some folders know FFmpeg, only one has `unsafe`, and nothing here spawns or ends a process, but for
//! the one file that starts the application's own program again.
//!
//! Sources are read as tokens, so that what stands in macros and in nested braces counts, and what stands in comments and texts
//! does not. Test modules obey too.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// Names that have a place: nowhere in `src/` and `examples/` but there.
const PLACES: [(&str, &[&str]); 5] = [
    ("ez_ffmpeg", &["src/engine/"]),
    ("ffmpeg_next", &["src/engine/", "src/ffi/"]),
    ("ffmpeg_sys_next", &["src/ffi/"]),
    ("unsafe", &["src/ffi/"]),
    ("unsafe_code", &["src/ffi/"]),
];

/// What nothing may take out of a module `process`: a library neither spawns `ffmpeg` nor ends its host, and an example returns
/// its exit code.
const NOT_OF_PROCESS: [&str; 4] = ["Command", "exit", "abort", "*"];

/// But for these in the one file that starts the application's own program again, to try devices, and ends that then.
const STARTS_ITSELF: (&str, [&str; 2]) = ("src/hardware/child.rs", ["Command", "exit"]);

#[test]
fn every_source_keeps_to_its_floor() {
    let order = modules(&read(&root().join("src/lib.rs")));
    let mut sources = rust_files("src");
    sources.extend(rust_files("examples"));
    assert!(sources.len() > 20, "only {} sources were found", sources.len());
    let faults: Vec<_> = sources.iter().flat_map(|path| faults(&order, path, &read(&root().join(path)))).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_architecture_lists_the_floors_in_the_same_order() {
    let document = read(&root().join("docs/architecture.md"));
    let rows: Vec<_> = document
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
        .map(|(name, _)| name.trim_end_matches(".rs").trim_end_matches('/').to_owned())
        .filter(|name| !name.starts_with("telecine-"))
        .collect();
    assert_eq!(rows, modules(&read(&root().join("src/lib.rs"))));
}

mod the_checker {
    use super::*;

    /// The faults of `source` as file `path`, in a house with the floors media, ffi, run and engine.
    fn found(path: &str, source: &str) -> Vec<String> {
        faults(&["media", "ffi", "run", "engine"].map(String::from), path, source)
    }

    #[track_caller]
    fn refuses(path: &str, source: &str, words: &str) {
        let found = found(path, source);
        assert_eq!(found.len(), 1, "{source}: {found:?}");
        assert!(found[0].contains(words), "{source}: {found:?}");
    }

    #[track_caller]
    fn accepts(path: &str, source: &str) {
        assert_eq!(found(path, source), [""; 0], "{source}");
    }

    #[test]
    fn reads_the_order_from_the_map() {
        assert_eq!(
            modules("//! mod no;\nmod media;\n#[cfg(x)]\npub(crate) mod ffi;\nmod inline {}\npub use ffi::it;"),
            ["media", "ffi"]
        );
    }

    #[test]
    fn refuses_what_is_above_in_every_form() {
        for source in [
            "use crate::engine::run;",
            "use crate::{media::Time, engine};",
            "use crate::{media::{Time, Rate}, engine::{run, output::{Staged}}};",
            "pub(crate) use crate::engine as motor;",
            "fn it() { crate::engine::run() }",
            "fn it() { println!(\"{}\", crate::engine::NAME) }",
            "#[cfg(test)] mod tests { use crate::engine::run; }",
            "use super::super::engine::run;",
            "use super::{super::engine::run, id};",
            "mod tests { use super::super::super::engine; }",
            "impl From<crate::engine::Fault> for Fault {}",
        ] {
            refuses("src/run/state.rs", source, "stands below");
        }
        refuses("src/run.rs", "use super::engine;", "stands below");
        refuses("src/run/mod.rs", "use super::engine;", "stands below");
        assert_eq!(found("src/media/time.rs", "use crate::{ffi, run};\nuse crate::engine;").len(), 3);
    }

    #[test]
    fn refuses_ways_around_the_order() {
        refuses("src/run/state.rs", "use crate::Error;", "no module");
        refuses("src/run/state.rs", "use crate::*;", "no module");
        refuses("src/run/state.rs", "use super::super::*;", "no module");
        refuses("src/run/state.rs", "use crate as it;", "another name");
        refuses("src/attic/mod.rs", "", "not listed");
    }

    #[test]
    fn accepts_what_is_below_and_beside() {
        accepts(
            "src/run/state.rs",
            "use crate::media::{Time, engine};\nuse crate::{ffi, run::Ending};\nuse super::{id, super::media};",
        );
        accepts(
            "src/run/state.rs",
            "//! [`crate::engine`]\n/// [it](crate::Error)\npub(crate) fn it() -> &'static str { \"crate::engine\" }",
        );
        accepts("src/run/state.rs", "mod tests { use super::*; use super::super::id; }");
        accepts("src/run.rs", "mod tests { use super::*; }");
        accepts("src/lib.rs", "mod media;\npub use media::Time;\n");
    }

    #[test]
    fn refuses_names_out_of_their_place() {
        refuses("src/run/state.rs", "use ez_ffmpeg::Input;", "ez_ffmpeg belongs");
        refuses("src/ffi/input.rs", "fn it() { vec![ez_ffmpeg::it()] }", "ez_ffmpeg belongs");
        refuses("src/engine/mod.rs", "use ffmpeg_sys_next as sys;", "ffmpeg_sys_next belongs");
        refuses("src/run/state.rs", "use ffmpeg_next::Rational;", "ffmpeg_next belongs");
        for source in ["fn it() { unsafe { it() } }", "unsafe fn it() {}", "unsafe impl Send for It {}", "unsafe extern \"C\" {}"]
        {
            refuses("src/engine/mod.rs", source, "unsafe belongs");
        }
        refuses("src/engine/mod.rs", "#![allow(unsafe_code)]", "unsafe_code belongs");
        accepts("src/ffi/mod.rs", "#![allow(unsafe_code)]\nuse ffmpeg_sys_next as sys;\nfn it() { unsafe { sys::it() } }");
        accepts("src/engine/mod.rs", "use ez_ffmpeg::Input;\nuse ffmpeg_next::Rational;");
    }

    #[test]
    fn refuses_to_spawn_or_end_a_process() {
        for path in ["src/run/state.rs", "src/ffi/input.rs", "examples/it.rs"] {
            refuses(path, "use std::process::Command;", "process::Command");
            refuses(path, "use std::{fs, process::{ExitCode, Command as C}};", "process::Command");
            refuses(path, "fn it() { std::process::exit(1) }", "process::exit");
            refuses(path, "fn it() { process::abort() }", "process::abort");
            refuses(path, "use std::process::*;", "process::*");
            refuses(path, "use std::process as p;", "another name");
            refuses(path, "use std::process::{self as p, ExitCode};", "another name");
            accepts(path, "use std::process::{self, ExitCode};\nfn it() { process::id(); job.abort() }");
        }
        // One file starts its own program again, and nothing else.
        let own = |source: &str| faults(&["hardware".to_owned()], "src/hardware/child.rs", source);
        assert_eq!(own("use std::process::{Command, exit};"), [""; 0]);
        assert_eq!((own("use std::process::*;").len(), own("fn it() { std::process::abort() }").len()), (1, 1));
    }
}

/// The modules that the map lists, in its order.
fn modules(map: &str) -> Vec<String> {
    let tokens = tokens("src/lib.rs", map);
    let of = |it: &[TokenTree]| (is_ident(&it[0], "mod") && is_punct(&it[2], ';')).then(|| it[1].to_string());
    tokens.windows(3).filter_map(of).collect()
}

/// What is wrong with one source, a line each.
fn faults(order: &[String], path: &str, source: &str) -> Vec<String> {
    let mut check = Check { order, path, faults: Vec::new() };
    let module = module_of(path);
    if let Some(first) = module.first()
        && check.floor(first).is_none()
    {
        check.faults.push(format!("{path}: its module {first} is not listed in src/lib.rs"));
        return check.faults;
    }
    check.walk(&module, &tokens(path, source));
    check.faults
}

/// `src/engine/output/staged.rs` is `[engine, output, staged]`; the map and what is outside of `src/` are the root.
fn module_of(path: &str) -> Vec<String> {
    let Some(inside) = path.strip_prefix("src/").and_then(|it| it.strip_suffix(".rs")) else { return Vec::new() };
    let mut module: Vec<_> = inside.split('/').map(String::from).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib")) {
        module.pop();
    }
    module
}

struct Check<'a> {
    order: &'a [String],
    path: &'a str,
    faults: Vec<String>,
}

impl Check<'_> {
    fn floor(&self, module: &str) -> Option<usize> {
        self.order.iter().position(|it| it == module)
    }

    fn fault(&mut self, at: &TokenTree, words: &str) {
        self.faults.push(format!("{}:{}: {words}", self.path, at.span().start().line));
    }

    /// Looks at `tokens`, which stand in `module`.
    fn walk(&mut self, module: &[String], tokens: &[TokenTree]) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let rest = &tokens[at + 1..];
            at += 1;
            match token {
                TokenTree::Group(group) => {
                    // `mod name { … }` is one module further down.
                    let inner: Vec<_> = group.stream().into_iter().collect();
                    match tokens[..at - 1] {
                        [.., ref word, ref name] if is_ident(word, "mod") => {
                            self.walk(&[module, &[name.to_string()]].concat(), &inner)
                        }
                        _ => self.walk(module, &inner),
                    }
                }
                TokenTree::Ident(name) => {
                    let name = name.to_string();
                    self.place(token, &name);
                    if name == "process" {
                        self.process(token, rest);
                    }
                    let from = match name.as_str() {
                        "crate" => Some(Vec::new()),
                        "super" => module.split_last().map(|(_, parent)| parent.to_vec()),
                        _ => None,
                    };
                    if let Some(from) = from.filter(|_| self.path.starts_with("src/")) {
                        if rest.first().is_some_and(|it| is_ident(it, "as")) {
                            self.fault(token, &format!("{name} must not get another name"));
                        }
                        at += self.import(module, &from, rest);
                    }
                }
                _ => {}
            }
        }
    }

    fn place(&mut self, at: &TokenTree, name: &str) {
        if let Some((_, places)) = PLACES.iter().find(|(it, _)| *it == name)
            && !places.iter().any(|place| self.path.starts_with(place))
        {
            self.fault(at, &format!("{name} belongs in {} alone", places.join(" and ")));
        }
    }

    /// What follows a module `process`: a path into it, or `as`.
    fn process(&mut self, token: &TokenTree, rest: &[TokenTree]) {
        if rest.first().is_some_and(|it| is_ident(it, "as")) {
            self.fault(token, "process must not get another name");
        }
        for branch in branches(rest) {
            let Some(first) = branch.first() else { continue };
            let name = first.to_string();
            let (path, allowed) = STARTS_ITSELF;
            let is_allowed = self.path == path && allowed.contains(&name.as_str());
            if NOT_OF_PROCESS.contains(&name.as_str()) && !is_allowed {
                self.fault(first, &format!("process::{name} has no place in a library, nor in its examples"));
            }
            if name == "self" && branch.get(1).is_some_and(|it| is_ident(it, "as")) {
                self.fault(first, "process must not get another name");
            }
        }
    }

    /// Follows the path behind `crate` or `super`, which name the module `from`, and says how many tokens of `rest` that took.
    fn import(&mut self, module: &[String], from: &[String], rest: &[TokenTree]) -> usize {
        if !is_path_separator(rest) {
            return 0;
        }
        for branch in branches(rest) {
            let Some(first) = branch.first() else { continue };
            if is_ident(first, "super") {
                let parent = from.split_last().map(|(_, parent)| parent.to_vec()).unwrap_or_default();
                self.import(module, &parent, &branch[1..]);
            } else if from.is_empty() {
                self.step(module, first);
            }
        }
        // A group in braces has been followed; single names go on through `walk`, for what they lead to may have arguments.
        if matches!(rest.get(2), Some(TokenTree::Group(_))) || rest.get(2).is_some_and(|it| is_ident(it, "super")) {
            3
        } else {
            2
        }
    }

    /// `module` names `first` at the root.
    fn step(&mut self, module: &[String], first: &TokenTree) {
        let name = first.to_string();
        let own = module.first().and_then(|it| self.floor(it)).unwrap_or(self.order.len());
        match self.floor(&name) {
            None => self.fault(first, &format!("crate::{name} is no module of src/lib.rs; import from the module that has it")),
            Some(floor) if floor > own => {
                self.fault(first, &format!("crate::{name} stands below {} in src/lib.rs", module[0]));
            }
            Some(_) => {}
        }
    }
}

/// The paths behind `::`: one, or those in braces.
fn branches(rest: &[TokenTree]) -> Vec<Vec<TokenTree>> {
    if !is_path_separator(rest) {
        return Vec::new();
    }
    match rest.get(2) {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            let inner: Vec<_> = group.stream().into_iter().collect();
            inner.split(|it| is_punct(it, ',')).map(<[_]>::to_vec).collect()
        }
        _ => vec![rest[2..].to_vec()],
    }
}

fn is_path_separator(tokens: &[TokenTree]) -> bool {
    match tokens {
        [TokenTree::Punct(first), second, ..] => {
            first.as_char() == ':' && first.spacing() == Spacing::Joint && is_punct(second, ':')
        }
        _ => false,
    }
}

fn is_ident(token: &TokenTree, name: &str) -> bool {
    matches!(token, TokenTree::Ident(it) if it == name)
}

fn is_punct(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(it) if it.as_char() == sign)
}

fn tokens(path: &str, source: &str) -> Vec<TokenTree> {
    let stream: TokenStream = source.parse().unwrap_or_else(|why| panic!("{path} is not Rust: {why}"));
    stream.into_iter().collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// All Rust sources in a folder of the repository, relative to its root.
fn rust_files(folder: &str) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap_or_else(|why| panic!("{}: {why}", folder.display())) {
            let path = folder.join(entry.unwrap().file_name());
            if root().join(&path).is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                files.push(path.to_str().unwrap().to_owned());
            }
        }
    }
    files
}
