//! Stills, sheets and previews: the same files, byte by byte, also where the device fails.

use telecine::Hardware;
use telecine::hardware::WhySoftware;

use super::{device, va};
use crate::made::{open_gops, ten_bits};
use crate::stills::{ALL, by_processor};
use crate::support::driver::{Call, Fault, Held};

#[test]
fn a_device_makes_the_files_that_the_processor_makes() {
    let clips = [open_gops(), ten_bits()];
    let Some(va) = va() else { return };
    let va = clips.iter().fold(va, |va, it| va.knows(it));
    va.alone("vaapi::stills::a_device_makes_the_files_that_the_processor_makes", |_| {
        for clip in &clips {
            for (what, make) in ALL {
                let (bytes, usage) = make(clip, Hardware::require(device())).unwrap_or_else(|why| panic!("{what}: {why:?}"));
                assert_eq!((usage.used, usage.left.len()), (Some(device()), 0), "{what} of {}", clip.display());
                assert!(bytes == by_processor(make, clip), "{what} of {}", clip.display());
            }
        }
        assert_eq!((va.log().held(), va.log().unknown()), (Held::default(), 0));
    });
}

#[test]
fn files_are_the_same_where_the_device_fails() {
    let clip = open_gops();
    let Some(va) = va() else { return };
    let va = va.knows(&clip).fault(Fault::code(Call::Decode, 23).from(1));
    va.alone("vaapi::stills::files_are_the_same_where_the_device_fails", |_| {
        telecine::logs::install().expect("there is a thread");
        for (what, make) in ALL {
            let (bytes, usage) = make(&clip, Hardware::prefer([device()])).unwrap_or_else(|why| panic!("{what}: {why:?}"));
            assert_eq!((usage.used, usage.left[0].why), (None, WhySoftware::Failed), "{what}");
            assert!(bytes == by_processor(make, &clip), "{what}");
        }
        assert_eq!(va.log().held(), Held::default());
    });
}
