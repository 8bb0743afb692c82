use crate::error::Reason;
use crate::media::{Location, Secret, is_secret_header};

/// What is sent with every request for the input.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Headers(Vec<(String, Secret)>);

impl Headers {
    pub(crate) fn add(&mut self, name: String, value: Secret) {
        self.0.push((name, value));
    }

    pub(crate) fn problems(&self, input: &Location) -> impl Iterator<Item = Reason> {
        let unused = (!self.0.is_empty() && !is_http(input)).then_some(Reason::UnusedHeaders);
        let unusable = |(name, value): &(String, Secret)| {
            let usable = is_name(name) && value.text().is_none_or(is_value);
            (!usable).then(|| Reason::UnusableHeader { name: name.clone() })
        };
        unused.into_iter().chain(self.0.iter().filter_map(unusable))
    }

    /// Finds the texts of named values; gives the names of those that are missing.
    pub(crate) fn resolve(&mut self, find: &mut dyn FnMut(&str) -> Option<Secret>) -> Vec<String> {
        self.0.iter_mut().filter_map(|(_, value)| value.resolve(find).err()).collect()
    }

    /// The values, and what in them would be a secret alone: what follows `Bearer`, each cookie's value.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = String> {
        /// Schemes, which many lines have in them.
        const COMMON: [&str; 4] = ["Basic", "Bearer", "Digest", "Token"];
        self.0.iter().filter_map(|(name, value)| Some((name, value.text()?))).flat_map(|(name, value)| {
            // The words of any other header are words of any line.
            if !is_secret_header(name) {
                return vec![value.to_owned()];
            }
            let words = value.split([' ', ';', ',']).filter(|it| !COMMON.contains(it));
            let values = words.clone().filter_map(|it| it.split_once('=')).map(|(_, value)| value.trim_matches('"'));
            [value].into_iter().chain(words).chain(values).map(str::to_owned).collect::<Vec<_>>()
        })
    }

    /// Their names, for people.
    pub(crate) fn shown(&self) -> Option<String> {
        let line = |(name, _): &(String, Secret)| format!("{name}: ***\r\n");
        (!self.0.is_empty()).then(|| self.0.iter().map(line).collect())
    }

    /// As FFmpeg's option has them; `None` where there are none.
    #[doc(alias = "headers")]
    pub(crate) fn lines(&self) -> Option<String> {
        let line = |(name, value): &(String, Secret)| format!("{name}: {}\r\n", value.text().unwrap_or_default());
        (!self.0.is_empty()).then(|| self.0.iter().map(line).collect())
    }
}

fn is_http(input: &Location) -> bool {
    let url = input.ffmpeg_url().filter(|_| input.path().is_none() && !input.is_stream()).unwrap_or_default();
    let scheme = url.split("://").next().unwrap_or_default();
    url.contains("://") && (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
}

/// A token, by RFC 9110.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&it))
}

fn is_value(value: &str) -> bool {
    !value.contains(['\r', '\n', '\0'])
}
