//! What the library's own sources list, so that a test that has to have everything in it misses nothing that is new.

use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

pub(crate) fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// The variants of an enum, and what stands in the parentheses behind each.
pub(crate) fn variants(path: &str, name: &str) -> Vec<(String, String)> {
    let tokens: Vec<_> = read(path).parse::<TokenStream>().expect("it is Rust").into_iter().collect();
    let body = tokens.windows(3).find_map(|it| match it {
        [TokenTree::Ident(word), TokenTree::Ident(own), TokenTree::Group(body)] if word == "enum" && own == name => {
            Some(body.stream())
        }
        _ => None,
    });
    let body: Vec<_> = body.unwrap_or_else(|| panic!("{path} has no enum {name}")).into_iter().collect();
    let mut variants = Vec::new();
    for (at, token) in body.iter().enumerate() {
        let TokenTree::Ident(variant) = token else { continue };
        let inside = match body.get(at + 1) {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => group.stream().to_string(),
            _ => String::new(),
        };
        variants.push((variant.to_string(), inside));
    }
    assert!(variants.len() > 1, "{path}: {name} has {variants:?}");
    variants
}

/// The names of the public methods in a file.
pub(crate) fn methods(path: &str) -> Vec<String> {
    let source = read(path);
    let after = |line: &str| {
        let line = line.trim_start();
        let rest = line.strip_prefix("pub fn ").or_else(|| line.strip_prefix("pub const fn "))?;
        // Those that a macro names stand in its table.
        let name = rest.split(|it: char| !it.is_alphanumeric() && it != '_').next()?;
        (!name.is_empty()).then(|| name.to_owned())
    };
    source.lines().filter_map(after).collect()
}
