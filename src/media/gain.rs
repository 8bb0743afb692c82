use std::fmt;

/// How much louder or softer: in decibels, or as a factor of the amplitude.
///
/// -120 to 120 dB, or a factor of 0 (silence) to 1,000,000 (120 dB), for whatever takes one.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Gain(By);

#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
enum By {
    Decibels(f32),
    Factor(f32),
}

/// `n` decibels: 6 is about twice the amplitude, -6 about half of it.
#[must_use]
pub const fn db(n: f32) -> Gain {
    Gain::decibels(n)
}

impl Gain {
    /// By so many decibels: 6 is about twice the amplitude, -6 about half of it.
    #[must_use]
    pub const fn decibels(n: f32) -> Self {
        Self(By::Decibels(n))
    }

    /// The amplitude times this; 0 is silence.
    #[must_use]
    pub const fn factor(n: f32) -> Self {
        Self(By::Factor(n))
    }

    /// As a factor of the amplitude.
    #[must_use]
    pub fn as_factor(self) -> f64 {
        match self.0 {
            By::Decibels(n) => 10_f64.powf(f64::from(n) / 20.0),
            By::Factor(n) => f64::from(n),
        }
    }

    /// Whether it is within what is possible; what is no number is not.
    pub(crate) fn is_usable(self) -> bool {
        match self.0 {
            By::Decibels(n) => (-120.0..=120.0).contains(&n),
            By::Factor(n) => (0.0..=1e6).contains(&n),
        }
    }
}

/// `-3 dB`, `× 0.5`.
impl fmt::Display for Gain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            By::Decibels(n) => write!(f, "{n} dB"),
            By::Factor(n) => write!(f, "× {n}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decibels_are_factors() {
        assert!((db(20.0).as_factor() - 10.0).abs() < 1e-9);
        assert!((Gain::factor(0.5).as_factor() - 0.5).abs() < 1e-9);
        assert_eq!(format!("{} {}", db(-3.5), Gain::factor(0.5)), "-3.5 dB × 0.5");
    }

    #[test]
    fn what_is_no_gain_is_known() {
        for gain in [db(120.5), db(-121.0), db(f32::NAN), Gain::factor(-0.1), Gain::factor(f32::INFINITY)] {
            assert!(!gain.is_usable(), "{gain}");
        }
        assert!([db(120.0), db(-120.0), Gain::factor(0.0), Gain::factor(1e6)].into_iter().all(Gain::is_usable));
    }
}
