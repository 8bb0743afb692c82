//! A URL's own secrets: which parts of it they are, and how it is shown without them.

use super::known::percent_decoded;
use super::names::is_secret_name;
use super::{MASK, rules};

/// A part of a URL that may be secret, as it stands there.
pub(in crate::media) struct Found<'a> {
    pub(in crate::media) text: &'a str,
    /// A secret by its place or its name, and so not to be written down.
    #[cfg_attr(not(feature = "serde"), expect(dead_code, reason = "nothing is written down without serde"))]
    pub(in crate::media) certain: bool,
}

/// User name and password, values with the names of secrets, values that are rather keys than words, what follows the application
/// in an RTMP URL.
pub(in crate::media) fn secrets(text: &str) -> Vec<Found<'_>> {
    if let Some(several) = text.strip_prefix("concat:").filter(|it| it.contains('|')) {
        return several.split('|').flat_map(secrets).collect();
    }
    let Some((scheme, rest)) = text.split_once("://") else { return Vec::new() };
    let certain = |text| Found { text, certain: true };
    let place = &rest[..rest.find(['?', '#']).unwrap_or(rest.len())];
    let mut found = Vec::new();
    // Where a password has in it what ends an authority, this is not a URL by the book, and all of it is looked through.
    let authority = if parsed(text).is_some() { place } else { rest };
    if let Some((user, _)) = authority.rsplit_once('@') {
        found.extend(parts_of_user(user));
    }
    // Whether `;` separates parameters is the server's to say, so both are looked for.
    let query = &rest[place.len()..];
    let parameters = query.split(['?', '&', '#']).chain(query.split(['?', '&', ';', '#']));
    let inner = place.split(['/', ';', ',', ' ']);
    for (name, value) in parameters.chain(inner).filter_map(|it| it.split_once('=')) {
        let named = is_secret_name(&percent_decoded(name));
        if named || value.len() >= LONG {
            found.push(Found { text: value, certain: named });
        }
    }
    // An SRT stream id may have anything in it.
    found.extend(rest.split_once("streamid=").map(|(_, id)| certain(id.split('&').next().unwrap_or_default())));
    if is_rtmp(scheme) {
        let path = rest.split_once('/').map_or("", |(_, path)| path).trim_matches('/');
        let after = path.split_once('/').map_or(path, |(_, after)| after);
        let bare = &after[..after.find('?').unwrap_or(after.len())];
        let last = bare.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        // FFmpeg takes two parts for the application where there are more, and speaks of what follows them.
        let behind_two = bare.split_once('/').map_or(last, |(_, behind)| behind);
        found.extend([after, bare, behind_two, last].map(certain));
    }
    found
}

/// What is so long is rather a key than a word.
const LONG: usize = 16;

/// The password, and in other lines the name too, which alone may be a token.
fn parts_of_user(user: &str) -> Vec<Found<'_>> {
    /// As a user's name they tell nothing, and they stand in many lines.
    const COMMON: [&str; 8] = ["user", "admin", "root", "guest", "test", "live", "camera", "anonymous"];
    let Some((name, password)) = user.split_once(':') else { return vec![Found { text: user, certain: true }] };
    let mut found = vec![Found { text: password, certain: true }, Found { text: user, certain: false }];
    if !COMMON.contains(&name.to_ascii_lowercase().as_str()) {
        found.push(Found { text: name, certain: false });
    }
    found
}

fn is_rtmp(scheme: &str) -> bool {
    scheme.rsplit([':', ',', '+']).next().is_some_and(|it| it.to_ascii_lowercase().starts_with("rtmp"))
}

/// `None` for what is not a URL by the book: FFmpeg may find other parts in it than anybody else.
fn parsed(text: &str) -> Option<url::Url> {
    if text.contains(|it: char| it == '\\' || it.is_control()) {
        return None;
    }
    url::Url::parse(text).ok()
}

/// The URL without them. Where its parts cannot be told apart, none is shown.
pub(in crate::media) fn masked(text: &str) -> String {
    if text.starts_with("pipe:") {
        return text.to_owned();
    }
    let Some(mut url) = parsed(text) else {
        // Not a URL by the book, so nothing after the scheme can be told apart.
        return format!("{}://{MASK}", text.split("://").next().unwrap_or_default());
    };
    if url.cannot_be_a_base() {
        // A protocol around another, or around several.
        let rest = text.split_once(':').map_or("", |(_, rest)| rest);
        let inner: Vec<_> = rest.split('|').map(|it| if it.contains("://") { masked(it) } else { MASK.to_owned() }).collect();
        return format!("{}:{}", url.scheme(), inner.join("|"));
    }
    if (!url.username().is_empty() || url.password().is_some())
        && (url.set_username(MASK).is_err() || url.set_password(None).is_err())
    {
        return format!("{}://{MASK}", url.scheme());
    }
    if url.query().is_some() {
        url.set_query(Some(MASK));
    }
    if url.fragment().is_some() {
        url.set_fragment(Some(MASK));
    }
    if is_rtmp(url.scheme()) {
        let path = rtmp_path(url.path());
        url.set_path(&path);
    }
    // Some put parameters into the path.
    let mut hidden = super::Hidden::new();
    rules::values(url.as_str(), &mut hidden);
    super::without(url.as_str(), hidden).unwrap_or_else(|| url.to_string())
}

/// The application is shown where something follows it: the key may be anything after it, and may stand before a further slash.
fn rtmp_path(path: &str) -> String {
    match path.trim_start_matches('/').split_once('/') {
        // librtmp's options, `name=value` after a space, may stand in its place.
        Some((application, _)) if !application.contains(['=', '%']) => format!("/{application}/{MASK}"),
        _ => format!("/{MASK}"),
    }
}
