//! A name server that does not answer: the one wait on the network that nothing cuts, bounded by the system alone.

use std::fs;
use std::net::UdpSocket;
use std::path::Path;
use std::time::Duration;

use telecine::{Error, Pipeline, detached_jobs};

use crate::leftovers;
use crate::support::{BUSY, alone, names, quick, until};

const TEST: &str = "resolver::a_mute_name_server";

/// Asked once by the resolver for each try; it is told to try twice, and for so long each that nothing else takes as long.
const CONFIGURATION: &str = "nameserver 127.0.0.1\noptions timeout:3 attempts:2\n";

#[test]
#[cfg(target_os = "linux")] // where a process can have a name server for itself
fn a_mute_name_server() {
    if let Some(folder) = alone::folder() {
        return ask(&folder);
    }
    // A network and a mount table of its own. The host's table of names stays, and has no such name.
    let set = format!(
        "printf '{CONFIGURATION}' > \"$TELECINE_TEST_FOLDER/resolv.conf\" && ip link set lo up && \
         mount --bind \"$TELECINE_TEST_FOLDER/resolv.conf\" \"$(readlink -f /etc/resolv.conf)\" && \
         rm \"$TELECINE_TEST_FOLDER/resolv.conf\" || exit 1; exec \"$0\" \"$@\""
    );
    leftovers::alone(TEST, &["unshare", "-rmn", "--", "sh", "-c", &set], ask);
}

/// In the process of its own.
fn ask(folder: &Path) {
    assert_eq!(fs::read_to_string("/etc/resolv.conf").unwrap(), CONFIGURATION, "the resolver is told whom to ask");
    let server = UdpSocket::bind("127.0.0.1:53").expect("the port is free, in a network of its own");
    server.set_read_timeout(Some(Duration::from_secs(60 * BUSY as u64))).unwrap();
    let job = Pipeline::read("http://name.invalid.test/clip.mp4").output(quick(folder.join("out.mp4"))).start();
    let control = job.control();
    // Now it waits for an answer, inside the system's library.
    server.recv_from(&mut [0; 512]).expect("the resolver asks");
    assert_eq!(detached_jobs(), 0);

    control.cancel();
    let why = job.wait().unwrap_err();
    // The resolver still waits, and the job's handle did not wait for it.
    assert!(matches!(why, Error::Cancelled { detached: true }), "{why:?}");
    assert_eq!(detached_jobs(), 1);
    assert!(names(folder).is_empty(), "{:?} is left", names(folder));

    until("the resolver gives up", || detached_jobs() == 0);
    assert!(names(folder).is_empty(), "{:?} is left", names(folder));
}
