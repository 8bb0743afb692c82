use std::path::{Path, PathBuf};

use url::Url;

use crate::media::Location;

/// Where something named is, absolutely.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::read) enum Place {
    File(PathBuf),
    Remote(Url),
}

impl Place {
    pub(in crate::read) fn of(location: &Location) -> Option<Self> {
        match location.path() {
            Some(path) => std::fs::canonicalize(path).ok().map(Self::File),
            None if location.is_stream() => None,
            None => Url::parse(&location.ffmpeg_url()?).ok().map(Self::Remote),
        }
    }

    pub(in crate::read) fn location(&self) -> Location {
        match self {
            Self::File(path) => Location::file(path),
            Self::Remote(url) => Location::from(url.as_str()),
        }
    }

    /// What `name` means in a playlist that lies here; `None` for what is neither a path nor a URL of the plainest kind. FFmpeg
    /// knows more: protocols within protocols, names without slashes behind their colon, a path behind `file:` from the
    /// process's own directory. Whatever reads names otherwise than FFmpeg does can be made to look elsewhere.
    pub(super) fn join(&self, name: &str) -> Option<Self> {
        if name.is_empty() || name.contains(char::is_control) || leads_around(name) {
            return None;
        }
        if let Some(path) = name.strip_prefix("file:") {
            // Taken literally, as FFmpeg takes it; without a slash it would be the process's own directory.
            return path.starts_with('/').then(|| Self::File(plain(Path::new(path))));
        }
        let is_url = ["http://", "https://", "data:"].iter().any(|scheme| name.starts_with(scheme));
        if is_url {
            return Url::parse(name).ok().filter(|url| is_plain(name, url)).map(Self::Remote);
        }
        let first = name.split(['/', '?', '#']).next().unwrap_or(name);
        if first.contains(':') || name.starts_with("subfile,") {
            return None;
        }
        match self {
            Self::File(list) => Some(Self::File(plain(&list.parent().unwrap_or(Path::new("/")).join(name)))),
            Self::Remote(base) if name.starts_with("//") => {
                let name = format!("{}:{name}", base.scheme());
                Url::parse(&name).ok().filter(|url| is_plain(&name, url)).map(Self::Remote)
            }
            Self::Remote(base) => base.join(name).ok().filter(|_| !name.contains('\\')).map(Self::Remote),
        }
    }
}

/// Down and up again: through a link that is not where it began, and FFmpeg does not look at links.
fn leads_around(name: &str) -> bool {
    let mut down = false;
    name.split('/').any(|part| {
        let around = down && part == "..";
        down |= !matches!(part, "" | "." | "..");
        around
    })
}

/// Whether the host of `name` is written as it was read: what is empty, escaped, a number or of another script is read in more than
/// one way.
fn is_plain(name: &str, url: &Url) -> bool {
    let Some(rest) = name.strip_prefix(url.scheme()).and_then(|it| it.strip_prefix("://")) else { return url.scheme() == "data" };
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|it| it.is_ascii_digit()) => host,
        _ => host,
    };
    !name.contains('\\') && url.host_str().is_some_and(|it| !host.is_empty() && it.eq_ignore_ascii_case(host))
}

/// Without `.` and `..`, and through links where the file exists.
pub(super) fn plain(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| {
        path.components().fold(PathBuf::new(), |mut done, part| {
            match part {
                std::path::Component::CurDir => {}
                std::path::Component::ParentDir => {
                    done.pop();
                }
                part => done.push(part),
            }
            done
        })
    })
}
