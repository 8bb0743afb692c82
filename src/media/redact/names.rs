//! Names of parameters, options and headers whose values are secret.

/// Whether a value of that name is a secret: parts of names that say so, and the short names of signed URLs.
pub(super) fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let prefixed = PREFIXES.iter().any(|it| name.starts_with(it));
    prefixed || PARTS.iter().any(|it| name.contains(it)) || names_authorization(&name) || WHOLE.contains(&&*name)
}

/// The same for what stands in front of a colon, where a short word may mean anything.
pub(crate) fn is_secret_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let named = PARTS.iter().filter(|it| **it != "session").any(|it| name.contains(it));
    named || names_authorization(&name) || name.ends_with("-key")
}

/// An option of FFmpeg's that is a secret by its name; `headers` are, whatever is in them.
pub(super) fn is_secret_option(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "headers" || PARTS.iter().filter(|it| **it != "session").any(|it| name.contains(it))
}

/// Parameters of an Azure signature. Beside `sig` they belong to it; elsewhere such short names mean anything.
pub(super) fn belongs_to_signature(name: &str) -> bool {
    let azure = ["se", "sv", "sp", "sr", "ss", "st", "srt", "spr", "sip", "skt", "ske", "sks", "skv", "skoid", "sktid", "sdd"];
    azure.contains(&name.to_ascii_lowercase().as_str())
}

/// `auth`, `oauth_x`, `authorization`, but not `author`.
fn names_authorization(name: &str) -> bool {
    name.match_indices("auth").any(|(at, it)| {
        let rest = &name[at + it.len()..];
        !rest.starts_with("or") || rest.starts_with("oriz") || rest.starts_with("oris")
    })
}

/// All of S3's and of GCS's signatures.
const PREFIXES: [&str; 2] = ["x-amz-", "x-goog-"];

const PARTS: [&str; 27] = [
    "token",
    "secret",
    "signature",
    "passw",
    "passphrase",
    "apikey",
    "api_key",
    "api-key",
    "credential",
    "session",
    "jwt",
    "streamid",
    "accesskey",
    "access_key",
    "access-key",
    "accessid",
    "cookie",
    "decryption_key",
    "cryptokey",
    "encryption_key",
    "enc_key",
    "private_key",
    "streamkey",
    "stream_key",
    "stream-key",
    "hdnts",
    "hdnea",
];

const WHOLE: [&str; 13] =
    ["sig", "key", "pass", "pwd", "psk", "hmac", "policy", "key-pair-id", "code", "response", "cnonce", "opaque", "challenge"];

/// Words of many a line, which are secrets only as parameters of a URL.
pub(super) fn is_common_word(name: &str) -> bool {
    ["code", "key", "response", "policy", "opaque", "challenge"].iter().any(|it| it.eq_ignore_ascii_case(name))
}
