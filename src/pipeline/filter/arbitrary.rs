//! Any filter whatever, with values within their ranges, for property tests.

use std::time::Duration;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::media::{ChannelLayout, Color, FrameRate, Gain, hz};
use crate::media::{Disposition, Select};
use crate::pipeline::Options;

pub(crate) fn video() -> impl Strategy<Value = VideoFilter> {
    // One level: an overlay's own filters are of the others.
    prop_oneof![4 => plain_video(), 1 => overlay().prop_map(Into::into), 1 => raw_of_two().prop_map(Into::into)]
}

pub(crate) fn audio() -> impl Strategy<Value = AudioFilter> {
    prop_oneof![4 => plain_audio(), 1 => mix().prop_map(Into::into)]
}

fn plain_video() -> impl Strategy<Value = VideoFilter> {
    prop_oneof![
        scale().prop_map(VideoFilter::from),
        crop().prop_map(Into::into),
        pad().prop_map(Into::into),
        rate().prop_map(|it| Fps::new(it).into()),
        select(vec![Rotate::Clockwise, Rotate::HalfTurn, Rotate::CounterClockwise]).prop_map(Into::into),
        select(vec![Flip::Horizontal, Flip::Vertical]).prop_map(Into::into),
        deinterlace().prop_map(Into::into),
        text().prop_map(Into::into),
        subtitles().prop_map(Into::into),
        tone_map().prop_map(Into::into),
        color_adjust().prop_map(Into::into),
        fade().prop_map(Into::into),
        raw().prop_map(|(name, options)| RawVideoFilter { name, options: Options(options), takes: Vec::new() }.into()),
    ]
}

fn plain_audio() -> impl Strategy<Value = AudioFilter> {
    prop_oneof![
        gain().prop_map(|it| AudioFilter::from(Volume::new(it))),
        (number(-70.0, -5.0), number(-9.0, 0.0), number(1.0, 50.0))
            .prop_map(|(lufs, peak, range)| Loudness::lufs(lufs).true_peak(peak).range(range).into()),
        (1_000..=768_000_u32).prop_map(|it| Resample::to(hz(it)).into()),
        layout().prop_map(|it| Channels::to(it).into()),
        number(0.5, 100.0).prop_map(|it| Tempo::new(it).into()),
        audio_fade().prop_map(Into::into),
        raw().prop_map(|(name, options)| RawAudioFilter { name, options: Options(options), takes: Vec::new() }.into()),
    ]
}

fn scale() -> impl Strategy<Value = Scale> {
    let scalers = vec![Scaler::Neighbor, Scaler::Bilinear, Scaler::Bicubic, Scaler::Area, Scaler::Lanczos];
    let ways: [fn(u32, u32) -> Scale; 5] =
        [Scale::to, Scale::fit, |width, _| Scale::fit_width(width), |_, height| Scale::fit_height(height), Scale::fill];
    (select(ways.to_vec()), side(), side(), any::<bool>(), select(scalers)).prop_map(|(way, width, height, enlarge, scaler)| {
        let scale = way(width, height).with(scaler);
        if enlarge { scale.enlarge() } else { scale }
    })
}

fn crop() -> impl Strategy<Value = Crop> {
    prop_oneof![
        (side(), side()).prop_map(|(width, height)| Crop::to(width, height)),
        (side(), side(), side(), side()).prop_map(|(width, height, x, y)| Crop::to(width, height).at(x, y)),
        (side(), side(), side(), side()).prop_map(|(left, top, right, bottom)| Crop::edges(left, top, right, bottom)),
    ]
}

fn pad() -> impl Strategy<Value = Pad> {
    (side(), side(), color(), anchor()).prop_map(|(width, height, color, at)| Pad::to(width, height).color(color).at(at))
}

fn deinterlace() -> impl Strategy<Value = Deinterlace> {
    let orders = option::of(select(vec![FieldOrder::TopFirst, FieldOrder::BottomFirst]));
    (any::<bool>(), any::<bool>(), orders).prop_map(|(fields, only_marked, first)| Deinterlace { fields, only_marked, first })
}

fn overlay() -> impl Strategy<Value = Overlay> {
    (selection(), vec(plain_video(), 0..3), position(), number(0.0, 1.0), window())
        .prop_map(|(of, filters, position, opacity, window)| Overlay { of, filters, position, opacity, window })
}

fn raw_of_two() -> impl Strategy<Value = RawVideoFilter> {
    (raw(), selection(), vec(plain_video(), 0..3)).prop_map(|((name, options), of, filters)| RawVideoFilter {
        name,
        options: Options(options),
        takes: vec![Taken { of, filters }],
    })
}

fn mix() -> impl Strategy<Value = Mix> {
    let ends = select(vec![MixEnd::Own, MixEnd::Shortest, MixEnd::Longest]);
    (selection(), vec(plain_audio(), 0..3), gain(), gain(), ends).prop_map(|(with, filters, gain, own_gain, end)| Mix {
        with,
        filters,
        gain,
        own_gain,
        end,
    })
}

fn text() -> impl Strategy<Value = Text> {
    let font = prop_oneof![
        words().prop_map(|it| Text::new("").font(it)),
        words().prop_map(|it| Text::new("").font_file(format!("fonts/{it}.ttf"))),
    ];
    let ground = option::of((color(), 0..=4_096_u32));
    (words(), font, 1..=4_096_u32, color(), position(), ground, window()).prop_map(
        |(words, text, size, color, position, ground, window)| {
            let text = Text { text: words, window, ..text.size(size).color(color).at(position) };
            ground.map_or(text.clone(), |(color, margin)| text.on(color, margin))
        },
    )
}

fn subtitles() -> impl Strategy<Value = BurnSubtitles> {
    let source = prop_oneof![
        words().prop_map(|it| BurnSubtitles::file(format!("subtitles/{it}.srt"))),
        (0..9_usize).prop_map(BurnSubtitles::input),
    ];
    (source, 0..9_usize, option::of(words())).prop_map(|(source, nth, fonts)| {
        let subtitles = source.nth(nth);
        fonts.map_or(subtitles.clone(), |it| subtitles.fonts(format!("fonts/{it}")))
    })
}

fn tone_map() -> impl Strategy<Value = ToneMap> {
    let curves = select(vec![ToneCurve::Hable, ToneCurve::Mobius, ToneCurve::Reinhard, ToneCurve::Clip]);
    (curves, number(1.0, 10_000.0)).prop_map(|(curve, white)| ToneMap::by(curve).white(white))
}

fn color_adjust() -> impl Strategy<Value = ColorAdjust> {
    (number(-1.0, 1.0), number(-1_000.0, 1_000.0), number(0.0, 3.0), number(0.1, 10.0)).prop_map(
        |(brightness, contrast, saturation, gamma)| {
            ColorAdjust::new().brightness(brightness).contrast(contrast).saturation(saturation).gamma(gamma)
        },
    )
}

fn fade() -> impl Strategy<Value = Fade> {
    (any::<bool>(), time(), length(), color()).prop_map(|(is_in, start, length, color)| {
        if is_in { Fade::in_at(start, length).color(color) } else { Fade::out_at(start, length).color(color) }
    })
}

fn audio_fade() -> impl Strategy<Value = AudioFade> {
    use FadeCurve::{Exponential, HalfSine, Linear, Logarithmic, QuarterSine};
    let curves = select(vec![Linear, QuarterSine, HalfSine, Exponential, Logarithmic]);
    (any::<bool>(), time(), length(), curves).prop_map(|(is_in, start, length, curve)| {
        if is_in { AudioFade::in_at(start, length).curve(curve) } else { AudioFade::out_at(start, length).curve(curve) }
    })
}

fn raw() -> impl Strategy<Value = (String, Vec<(String, String)>)> {
    ("[a-z][a-z0-9_]{0,8}", vec(("[a-z][a-z0-9_]{0,8}", words()), 0..3))
}

/// One stream of some input.
pub(crate) fn selection() -> impl Strategy<Value = Select> {
    let one = prop_oneof![
        Just(Select::main()),
        (0..9_usize).prop_map(Select::index),
        (0..9_usize).prop_map(Select::nth),
        "[a-z]{3}".prop_map(Select::language),
        Just(Select::disposition(Disposition::FORCED)),
    ];
    (one, 0..9_usize).prop_map(|(select, input)| select.input(input))
}

fn layout() -> impl Strategy<Value = ChannelLayout> {
    use ChannelLayout::{Mono, Named, Stereo, Surround51, Surround71};
    select(vec![Mono, Stereo, Surround51, Surround71, Named("5.1(side)".into()), Named("FL+FR+LFE".into())])
}

/// Any text that C can hold.
pub(crate) fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>().prop_map(|it| it.replace('\0', "")),
        // Such as have a meaning for FFmpeg, close together.
        "[\\\\':;,=%{}\\[\\] \n\r\ta@#|-]{0,12}",
    ]
}

fn side() -> impl Strategy<Value = u32> {
    2..=8_192_u32
}

fn number(least: f32, most: f32) -> impl Strategy<Value = f32> {
    least..=most
}

fn gain() -> impl Strategy<Value = Gain> {
    prop_oneof![number(-120.0, 120.0).prop_map(Gain::decibels), number(0.0, 1e6).prop_map(Gain::factor)]
}

fn rate() -> impl Strategy<Value = FrameRate> {
    (1..=60_000_u32, 60..=2_002_u32).prop_map(|(numerator, denominator)| FrameRate::new(numerator, denominator))
}

fn color() -> impl Strategy<Value = Color> {
    any::<[u8; 4]>().prop_map(|[red, green, blue, alpha]| Color::rgb(red, green, blue).alpha(alpha))
}

fn anchor() -> impl Strategy<Value = Anchor> {
    use Anchor::{Bottom, BottomLeft, BottomRight, Center, Left, Right, Top, TopLeft, TopRight};
    select(vec![TopLeft, Top, TopRight, Left, Center, Right, BottomLeft, Bottom, BottomRight])
}

fn position() -> impl Strategy<Value = Position> {
    prop_oneof![
        (anchor(), any::<u16>()).prop_map(|(anchor, margin)| anchor.margin(margin)),
        any::<(i32, i32)>().prop_map(|(x, y)| Position::pixels(x, y)),
    ]
}

fn window() -> impl Strategy<Value = Window> {
    (time(), option::of(length())).prop_map(|(from, length)| Window { from, until: length.map(|it| from + it) })
}

/// Up to 100 hours.
fn time() -> impl Strategy<Value = Duration> {
    (0..360_000_000_000_u64).prop_map(Duration::from_micros)
}

fn length() -> impl Strategy<Value = Duration> {
    (1..360_000_000_000_u64).prop_map(Duration::from_micros)
}
