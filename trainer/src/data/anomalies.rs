//! Images that are not digits, to score against digits.

use super::Samples;
use super::letters::{Pose, letter};
use super::random::Stream;
use crate::error::{Error, Result};
use std::f64::consts::TAU;
use std::fmt;
use std::str::FromStr;

/// A kind of image that is not a digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Anomaly {
    /// A digit with black and white exchanged.
    Inverted,
    /// A digit cut into 4 × 4 patches that are put back in another order.
    Shuffled,
    /// A digit turned by a quarter either way. Some still look like a digit: 0, 8, and 1 as a bar.
    Rotated,
    /// A digit with a square hole of half its side, in the middle half.
    Hole,
    /// A capital letter drawn in strokes, upright.
    Letters,
    /// The same turned by 30° to 330°.
    RotatedLetters,
    /// Every pixel uniform in 0 to 1.
    Noise,
    /// Straight waves of random direction, 2 to 7 in the image.
    Stripes,
    /// All black.
    Blank,
    /// All of one grey, 0.1 to 1.
    Flat,
}

/// A name that is no kind of anomaly.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no kind of image; expected one of {names}", names = Anomaly::ALL.map(Anomaly::name).join(", "))]
pub struct UnknownAnomaly(String);

impl Anomaly {
    /// All kinds, in the order of their labels.
    pub const ALL: [Self; 10] = [
        Self::Inverted,
        Self::Shuffled,
        Self::Rotated,
        Self::Hole,
        Self::Letters,
        Self::RotatedLetters,
        Self::Noise,
        Self::Stripes,
        Self::Blank,
        Self::Flat,
    ];

    /// Its name in files, options and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inverted => "inverted",
            Self::Shuffled => "shuffled",
            Self::Rotated => "rotated",
            Self::Hole => "hole",
            Self::Letters => "letters",
            Self::RotatedLetters => "rotated-letters",
            Self::Noise => "noise",
            Self::Stripes => "stripes",
            Self::Blank => "blank",
            Self::Flat => "flat",
        }
    }

    /// Its label in [`Samples::labels`]: 10 and on, behind the ten digits.
    pub fn label(self) -> u8 {
        self as u8 + 10
    }

    /// One image made of (or instead of) `digit`, of side `n`, values 0 to 1.
    fn image(self, digit: &[f32], n: usize, random: &mut Stream) -> Vec<f32> {
        match self {
            Self::Inverted => digit.iter().map(|v| 1.0 - v).collect(),
            Self::Shuffled => shuffled(digit, n, random),
            Self::Rotated => {
                let left = random.below(2) == 0;
                let from = |y: usize, x: usize| if left { (x, n - 1 - y) } else { (n - 1 - x, y) };
                pixels(n, |y, x| {
                    let (y, x) = from(y, x);
                    digit[y * n + x]
                })
            }
            Self::Hole => {
                let side = n / 2;
                let [top, left] = [0; 2].map(|_| n / 8 + random.between([0, n - side - 2 * (n / 8)]));
                let inside = |v: usize, start: usize| (start..start + side).contains(&v);
                pixels(n, |y, x| if inside(y, top) && inside(x, left) { 0.0 } else { digit[y * n + x] })
            }
            Self::Letters => letter(n, &Pose::random(random, 0.0), random),
            Self::RotatedLetters => {
                let angle = random.uniform([TAU / 12.0, TAU * 11.0 / 12.0]);
                letter(n, &Pose::random(random, angle), random)
            }
            Self::Noise => digit.iter().map(|_| random.unit() as f32).collect(),
            Self::Stripes => {
                let (angle, phase) = (random.uniform([0.0, TAU]), random.unit());
                let waves = random.uniform([2.0, 7.0]) / n as f64;
                let (sin, cos) = (libm::sin(angle) * waves, libm::cos(angle) * waves);
                pixels(n, |y, x| (0.5 + 0.5 * libm::sin(TAU * (y as f64 * sin + x as f64 * cos + phase))) as f32)
            }
            Self::Blank => vec![0.0; n * n],
            Self::Flat => vec![random.uniform([0.1, 1.0]) as f32; n * n],
        }
    }
}

/// `count` images of each kind, made from digits drawn from `digits` or from scratch. Shape as the digits', values 0 to 1,
/// labels [`Anomaly::label`]. The same seed gives the same images on every machine, and each kind has its own random stream.
///
/// # Errors
/// [`Error::Invalid`] if there is no digit or the images are not single-channel squares with a side that 4 divides.
pub fn make(digits: &Samples, count: usize, seed: u64) -> Result<Vec<(Anomaly, Samples)>> {
    let [1, n, width] = digits.shape else {
        return Err(Error::invalid(format!("images of shape {:?}, expected one channel", digits.shape)));
    };
    if n != width || n == 0 || n % 4 != 0 {
        return Err(Error::invalid(format!(
            "images of {n}×{width} pixels, expected squares with a side that 4 divides"
        )));
    }
    if digits.is_empty() {
        return Err(Error::invalid("no digits, expected at least one to make other images of"));
    }
    let kind = |anomaly: Anomaly| {
        let mut random = Stream::new(seed, &format!("anomalies/{anomaly}"));
        let mut samples = Samples::new(digits.shape);
        for _ in 0..count {
            let digit = digits.sample(random.below(digits.len()));
            samples.values.extend(anomaly.image(digit, n, &mut random));
        }
        samples.labels = vec![anomaly.label(); count];
        (anomaly, samples)
    };
    Ok(Anomaly::ALL.into_iter().map(kind).collect())
}

fn pixels(n: usize, mut value: impl FnMut(usize, usize) -> f32) -> Vec<f32> {
    (0..n * n).map(|i| value(i / n, i % n)).collect()
}

fn shuffled(digit: &[f32], n: usize, random: &mut Stream) -> Vec<f32> {
    let side = n / 4;
    let mut order: [usize; 16] = std::array::from_fn(|i| i);
    random.shuffle(&mut order);
    pixels(n, |y, x| {
        let from = order[y / side * 4 + x / side];
        digit[(from / 4 * side + y % side) * n + from % 4 * side + x % side]
    })
}

impl fmt::Display for Anomaly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Anomaly {
    type Err = UnknownAnomaly;

    fn from_str(name: &str) -> std::result::Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|a| a.name() == name).ok_or_else(|| UnknownAnomaly(name.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::idx::read_images;
    use std::path::Path;

    fn digits() -> Samples {
        read_images(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/mnist/test-images.idx.gz"), None)
            .unwrap()
    }

    fn one(kind: Anomaly, digit: &[f32], draw: u64) -> Vec<f32> {
        kind.image(digit, 28, &mut Stream::new(draw, "t"))
    }

    fn sorted(values: &[f32]) -> Vec<f32> {
        let mut values = values.to_vec();
        values.sort_by(f32::total_cmp);
        values
    }

    #[test]
    fn every_kind_is_there_seeded_and_in_range() {
        let digits = digits();
        let sets = make(&digits, 30, 1).unwrap();
        assert_eq!(sets, make(&digits, 30, 1).unwrap());
        let others = make(&digits, 30, 2).unwrap();
        assert_eq!(sets.len(), 10);
        for ((kind, samples), (_, other)) in sets.iter().zip(&others) {
            assert_eq!((samples.len(), samples.shape), (30, [1, 28, 28]));
            assert_eq!(samples.labels, vec![kind.label(); 30]);
            assert!(samples.values.iter().all(|v| (0.0..=1.0).contains(v)), "{kind}");
            assert!(*kind == Anomaly::Blank || samples != other, "{kind}");
            assert!(samples.iter().all(|image| digits.iter().all(|digit| digit != image)), "{kind}");
            assert_eq!(kind.name().parse::<Anomaly>().unwrap(), *kind);
        }
        assert!("triangle".parse::<Anomaly>().unwrap_err().to_string().contains("rotated-letters"));
    }

    #[test]
    fn rearrangements_keep_every_pixel() {
        let digits = digits();
        for draw in 0..20 {
            let digit = digits.sample(draw as usize);
            for kind in [Anomaly::Shuffled, Anomaly::Rotated] {
                let image = one(kind, digit, draw);
                assert_ne!(image, digit);
                assert_eq!(sorted(&image), sorted(digit), "{kind}");
            }
            let turned = one(Anomaly::Rotated, digit, draw);
            let left = |y: usize, x: usize| digit[x * 28 + 27 - y];
            let right = |y: usize, x: usize| digit[(27 - x) * 28 + y];
            assert!(turned == pixels(28, left) || turned == pixels(28, right));
            let inverted = one(Anomaly::Inverted, digit, draw);
            assert!(inverted.iter().zip(digit).all(|(a, b)| (a + b - 1.0).abs() < 1e-6));
        }
    }

    #[test]
    fn letters_are_drawn_like_digits() {
        let ink = |s: &Samples| s.values.iter().sum::<f32>() / s.len() as f32;
        let digits = digits();
        let sets = make(&digits, 200, 3).unwrap();
        for (kind, samples) in sets.iter().filter(|s| s.0.name().ends_with("letters")) {
            let ratio = ink(samples) / ink(&digits);
            assert!((0.6..1.7).contains(&ratio), "{kind}: {ratio} of the digits' ink");
            for image in samples.iter() {
                let mass: f32 = image.iter().sum();
                let centre = |at: fn(usize) -> usize| {
                    image.iter().enumerate().map(|(i, v)| at(i) as f32 * v).sum::<f32>() / mass
                };
                let (y, x) = (centre(|i| i / 28), centre(|i| i % 28));
                assert!((y - 13.5).abs() < 3.0 && (x - 13.5).abs() < 3.0, "{kind}: centre {y} {x}");
                let border = pixels(28, |y, x| if y % 27 == 0 || x % 27 == 0 { image[y * 28 + x] } else { 0.0 });
                assert!(border.iter().sum::<f32>() < 1.0, "{kind} runs out of the image");
            }
        }
    }

    #[test]
    fn shapes_that_cannot_be_are_refused() {
        let shape = |shape| make(&Samples { shape, values: vec![0.0; 3 * 28 * 28], labels: vec![] }, 1, 1);
        assert!(shape([3, 28, 28]).unwrap_err().to_string().contains("expected one channel"));
        assert!(shape([1, 28, 14]).unwrap_err().to_string().contains("28×14"));
        assert!(make(&Samples::new([1, 28, 28]), 1, 1).is_err());
    }
}
