//! Where values lie, as what type, and in whose memory.

use telecine::{Converter, Frames, Pixels, Resize};

use crate::judge::{frames, images, samples};
use crate::support::clips;

#[test]
fn planar_and_interleaved_are_the_same_values() {
    let frames = frames(&clips::film(), 2);
    for frame in &frames {
        let frame = std::slice::from_ref(frame);
        let together = samples(Pixels::rgb8(), frame);
        let apart = samples(Pixels::rgb8().planar(), frame);
        let pixels = together.len() / 3;
        let expected: Vec<_> = (0..3).flat_map(|channel| (0..pixels).map(move |at| (channel, at))).collect();
        assert!(apart.iter().zip(expected).all(|(value, (channel, at))| *value == together[at * 3 + channel]));
        let backwards = samples(Pixels::bgr8(), frame);
        assert!(backwards.as_chunks::<3>().0.iter().zip(together.as_chunks::<3>().0).all(|(a, b)| [a[2], a[1], a[0]] == *b));
        let opaque = samples(Pixels::rgba8(), frame);
        assert!(opaque.as_chunks::<4>().0.iter().zip(together.as_chunks::<3>().0).all(|(a, b)| a[..3] == *b && a[3] == 255));
    }
}

#[test]
fn floats_are_the_bytes_by_arithmetic() {
    const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
    const DEVIATION: [f32; 3] = [0.229, 0.224, 0.225];
    let frames = frames(&clips::film(), 2);
    let size = |it: Pixels<u8>| it.resize(Resize::fill(224, 224));
    let bytes = samples(size(Pixels::rgb8()), &frames);
    let near = |ours: &[f32], expected: &mut dyn Iterator<Item = f32>| {
        ours.len() == bytes.len() && ours.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-5)
    };
    let plain = samples(Pixels::rgb_f32().interleaved().resize(Resize::fill(224, 224)), &frames);
    assert!(near(&plain, &mut bytes.iter().map(|it| f32::from(*it) / 255.0)));
    let normal = Pixels::rgb_f32().resize(Resize::fill(224, 224)).normalize(MEAN, DEVIATION);
    let together = samples(normal.clone().interleaved(), &frames);
    let expected = bytes.iter().enumerate().map(|(at, it)| (f32::from(*it) / 255.0 - MEAN[at % 3]) / DEVIATION[at % 3]);
    assert!(near(&together, &mut expected.into_iter()));
    // Planar, as it is by default.
    let apart = samples(normal, &frames);
    let planar = samples(size(Pixels::rgb8().planar()), &frames);
    let channel = |at: usize| at / (224 * 224) % 3;
    let expected =
        planar.iter().enumerate().map(|(at, it)| (f32::from(*it) / 255.0 - MEAN[channel(at)]) / DEVIATION[channel(at)]);
    assert!(near(&apart, &mut expected.into_iter()));
    let gray = samples(Pixels::gray_f32().normalize([0.5; 3], [0.25; 3]), &frames);
    let bytes = samples(Pixels::gray8(), &frames);
    assert!(gray.iter().zip(&bytes).all(|(a, b)| (a - (f32::from(*b) / 255.0 - 0.5) / 0.25).abs() < 1e-5));
}

/// All of their bits count, so there are more values than 256.
#[test]
fn floats_of_deep_pictures_are_finer() {
    let deep = clips::coded(
        "deep.mkv",
        &["-an", "-vf", "format=yuv444p10le,noise=alls=60", "-c:v", "ffv1", "-pix_fmt", "yuv444p10le", "-frames:v", "2"],
    );
    let values = samples(Pixels::gray_f32(), &frames(&deep, 1));
    let mut bits: Vec<_> = values.iter().map(|it| it.to_bits()).collect();
    bits.sort_unstable();
    bits.dedup();
    assert!(bits.len() > 300 && values.iter().all(|it| (0.0..=1.0).contains(it)), "{} values", bits.len());
}

#[test]
fn into_buffers_and_batches() {
    let frames = frames(&clips::film(), 4);
    let owned = images(Pixels::rgb8(), &frames).expect("it can be done");
    let mut converter = Converter::new(Pixels::rgb8()).expect("it can be done");
    let mut buffer = vec![0; converter.len_for(&frames[0]).expect("it has a length")];
    for (frame, image) in frames.iter().zip(&owned) {
        assert_eq!(converter.convert_into(frame, &mut buffer).expect("it fits"), (320, 240));
        assert_eq!(converter.size_for(frame).expect("it has a size"), image.size());
        assert!(buffer == image.samples());
    }
    let mut batch = vec![0; buffer.len() * frames.len()];
    assert_eq!(converter.convert_batch(&frames, &mut batch).expect("it fits"), (320, 240));
    assert!(batch.chunks_exact(buffer.len()).zip(&owned).all(|(part, image)| part == image.samples()));
    assert_eq!(converter.convert_batch(&[], &mut []).expect("nothing fits into nothing"), (0, 0));
}

#[test]
fn memory_comes_back() {
    let frames = frames(&clips::film(), 3);
    let mut converter = Converter::new(Pixels::rgb8()).expect("it can be done");
    let place = |it: &telecine::Image<u8>| it.samples().as_ptr().addr();
    let first = converter.convert(&frames[0]).expect("it can be done");
    let used = place(&first);
    // While it is held, it is nobody else's.
    let second = converter.convert(&frames[1]).expect("it can be done");
    assert_ne!(place(&second), used);
    let (held, expected) = (first.samples().to_vec(), samples(Pixels::rgb8(), &frames[..1]));
    assert!(held == expected);
    drop(first);
    let third = converter.convert(&frames[2]).expect("it can be done");
    assert_eq!(place(&third), used);
    // What was taken out does not come back.
    let taken = third.into_vec();
    let fourth = converter.convert(&frames[2]).expect("it can be done");
    assert!(place(&fourth) != taken.as_ptr().addr() && fourth.samples() == taken);
    // An image outlives its converter, on any thread.
    drop(converter);
    assert!(std::thread::spawn(move || second.into_vec()).join().expect("no panic") == samples(Pixels::rgb8(), &frames[1..2]));
}

#[test]
fn images_know_their_frames() {
    let clip = clips::film();
    let frames: Vec<_> = Frames::read(clip.as_path()).start().map(|it| it.expect("it is whole")).collect();
    let images: Vec<_> =
        Frames::read(clip.as_path()).pixels(Pixels::gray8()).start().map(|it| it.expect("it is whole")).collect();
    assert_eq!(images.len(), frames.len());
    for (image, frame) in images.iter().zip(&frames) {
        assert_eq!((image.index(), image.pts(), image.time()), (frame.index(), frame.pts(), frame.time()));
        assert_eq!(
            (image.duration(), image.is_key(), image.is_corrupt()),
            (frame.duration(), frame.is_key(), frame.is_corrupt())
        );
        assert_eq!((image.size(), image.channels(), image.is_planar()), (frame.size(), 1, false));
    }
}
