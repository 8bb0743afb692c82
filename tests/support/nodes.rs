//! Render nodes, for a process that has a `/dev` of its own.

use std::process::Command;

use super::alone::FOLDER;

/// A command that runs its arguments where these, parted by spaces, are the machine's render nodes: `renderD128` and so on. It wants the
/// folder that [`alone`](super::alone::alone) gives.
pub(crate) fn with_nodes(nodes: &str) -> Vec<&str> {
    // Who is not root is, in a namespace of users.
    let alone = if rustix::process::geteuid().is_root() { "-m" } else { "-rm" };
    vec!["unshare", alone, "--", "sh", "-c", include_str!("nodes.sh"), "sh", nodes]
}

/// Whether this process may run that: containers seldom have mount namespaces.
pub(crate) fn can_have(nodes: &str) -> bool {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let command = with_nodes(nodes);
    let output = Command::new(command[0]).args(&command[1..]).arg("true").env(FOLDER, folder.path()).output();
    output.is_ok_and(|it| it.status.success())
}
