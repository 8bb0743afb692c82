//! In a program

#![allow(dead_code)] // Servers and cameras are not there to be asked.

/// What is in a file?
///
/// The values of `ffprobe`, as a value of Rust ([more](probe.md)).
pub(crate) fn probed() -> Result<(), telecine::Error> {
    let info = telecine::probe("in.mp4").start().wait()?;
    println!("{}, {:?}", info.container, info.duration);
    for stream in &info.streams {
        println!("{} {:?} {:?}", stream.index, stream.kind, stream.codec);
    }
    Ok(())
}

/// What would it do?
///
/// The plan lists every input stream with what becomes of it and why, and ends with the command. All problems come at once.
pub(crate) fn explained() -> Result<(), telecine::Error> {
    use telecine::{Error, H264, Mp4, Pipeline};

    let pipeline = Pipeline::read("in.mp4").output(Mp4::file("out.mp4").video(H264::default()));
    match pipeline.plan().wait() {
        Ok(plan) => println!("{plan}"),
        Err(Error::Invalid { problems }) => problems.iter().for_each(|it| eprintln!("{it}")),
        Err(why) => return Err(why),
    }
    Ok(())
}

/// Stored for later
///
/// A pipeline is data: with the feature `serde` it goes through a queue or a database and comes back the same.
pub(crate) fn stored() -> Result<(), Box<dyn std::error::Error>> {
    use telecine::{Aac, H264, Mp4, Pipeline};

    let pipeline = Pipeline::read("in.mp4").output(Mp4::file("out.mp4").video(H264::default()).audio(Aac::default()));
    let text = serde_json::to_string(&pipeline)?;
    let back: Pipeline = serde_json::from_str(&text)?;
    assert_eq!(pipeline, back);
    Ok(())
}

/// Chosen at run time
///
/// Codecs and containers are values, too; what does not fit is then a problem instead of a type error.
pub(crate) fn chosen(name: &str) -> Result<telecine::Outcome, telecine::Error> {
    use telecine::{AnyContainer, AnyOutput, AnyTrack, Index, Pipeline};

    let extension = name.rsplit('.').next().unwrap_or_default();
    let container = AnyContainer::from_extension(extension).unwrap_or(AnyContainer::Mp4(Index::Front));
    let tracks = [container.default_video().map(AnyTrack::video), container.default_audio().map(AnyTrack::audio)];
    let output = AnyOutput::new(container, name);
    Pipeline::read("in.mp4").output(tracks.into_iter().flatten().fold(output, AnyOutput::track)).start().wait()
}

/// Into a socket
///
/// What cannot seek gets fragments, and the other side plays them as they come. Any `Write` does.
pub(crate) fn sent(socket: std::net::TcpStream) -> Result<telecine::Outcome, telecine::Error> {
    use telecine::{Aac, H264, Location, Mp4, Pipeline, Speed, secs};

    let output = Mp4::file(Location::stream("viewer")).fragmented();
    let video = H264::default().speed(Speed::Fast).keyframe_interval(secs(2));
    Pipeline::read("in.mp4").output(output.video(video).audio(Aac::default())).run().writer(socket).start().wait()
}

/// Out of memory
///
/// An upload that never was a file. Any `Read` does; MP4 mostly has to be able to seek.
pub(crate) fn uploaded(bytes: Vec<u8>) -> Result<telecine::Outcome, telecine::Error> {
    use std::io::Cursor;
    use telecine::{Location, Mp3, Pipeline};

    let output = Mp3::file("sound.mp3").audio(Mp3::default());
    Pipeline::read(Location::stream("upload.mp4")).output(output).run().seekable_reader(Cursor::new(bytes)).start().wait()
}

/// A camera, until it is enough
///
/// A stop keeps what there is, as a playable file; a cancel keeps nothing.
pub(crate) fn recorded(enough: std::sync::mpsc::Receiver<()>) -> Result<telecine::Outcome, telecine::Error> {
    use telecine::{Mp4, Pipeline, Secret, StreamCopy, mins};

    let camera = telecine::Location::from("rtsp://viewer:{password}@camera/1").secret("password", Secret::named("CAMERA"));
    let job = Pipeline::read(camera)
        .output(Mp4::file("day.mp4").video(StreamCopy))
        .run()
        .secret("CAMERA", std::env::var("CAMERA").unwrap_or_default())
        .deadline(mins(24 * 60))
        .start();
    let control = job.control();
    std::thread::spawn(move || enough.recv().map(|()| control.stop()));
    job.wait()
}

/// To a live server
///
/// The stream key is a secret with a name: it is in no log, no error and no stored pipeline.
pub(crate) fn streamed(key: &str) -> telecine::Job {
    use telecine::{Aac, Flv, H264, Location, Pipeline, Secret, Speed, mbps, secs};

    let server = Location::from("rtmp://live.example/app/{key}").secret("key", Secret::named("STREAM_KEY"));
    let video = H264::bitrate(mbps(4)).speed(Speed::Fast).keyframe_interval(secs(2));
    let output = Flv::file(server).video(video).audio(Aac::default());
    Pipeline::read("in.mp4").output(output).run().secret("STREAM_KEY", key).start()
}

/// How far is it?
///
/// The newest snapshot, for any number of readers, under any executor; and an end to it after half an hour.
pub(crate) async fn watched() -> Result<telecine::Outcome, telecine::Error> {
    use telecine::{Aac, H264, Mp4, Pipeline, mins};

    let output = Mp4::file("out.mp4").video(H264::default()).audio(Aac::default());
    let job = Pipeline::read("in.mp4").output(output).run().deadline(mins(30)).start();
    let mut progress = job.progress();
    while let Some(snapshot) = progress.next().await {
        println!("{snapshot}"); // 42 %  1:03 left  118 fps  4.9x
    }
    job.await
}
