//! Three axes of an accelerometer on a gear's bearing, with a column of labels: speed and load vary, a gear meshes, and a pit in the outer ring
//! is hit by one ball after the other, which makes the housing ring.
//!
//! Of the model: the outer ring is hit n/2 (1 − d/D) times a turn, here 3.585 (n = 9 balls; Randall and Antoni 2011, "Rolling element bearing
//! diagnostics: a tutorial", Mechanical Systems and Signal Processing 25), each time a little early or late, as balls slip.

use super::parts::{Day, Shaft, counts, sine};
use crate::data::random::Stream;

pub(super) const FAULTS: &str = "20 seconds; a pit in the outer ring, four times worse from time to time, as the column state says: outer-1 to outer-4";

/// Samples a second.
const RATE: f64 = 3200.0;

/// Turns of the shaft between two hits, teeth of its gear, and the frequency at which the housing rings, in Hz.
const BETWEEN_HITS: f64 = 1.0 / 3.585;
const TEETH: f64 = 17.0;
const RINGING: f64 = 1130.0;

/// What a hit of the mildest pit adds, in counts, and how many times more the next one.
const MILDEST: f64 = 35.0;
const WORSE: f64 = 2.0;

/// Noise that is louder the slower it is: the sum of three that forget in 3, 30 and 300 samples.
struct Pink([f64; 3]);

impl Pink {
    fn next(&mut self, deviation: f64, random: &mut Stream) -> f64 {
        for (state, keep) in self.0.iter_mut().zip([0.7, 0.967, 0.9967_f64]) {
            *state = keep * *state + random.normal(deviation * (1.0 - keep * keep).sqrt());
        }
        self.0.iter().sum()
    }
}

/// The severity from 1 to 4 of a second, 0 for none: four seconds of each, the last one of them normal.
fn severity(day: Day, second: f64) -> u8 {
    match day {
        Day::Faulty if second >= 4.0 && second % 4.0 < 3.0 => (second / 4.0) as u8,
        _ => 0,
    }
}

/// Forty seconds, or twenty with faults.
pub(super) fn text(day: Day, random: &mut Stream) -> Vec<u8> {
    let seconds = if day == Day::Normal { 40.0 } else { 20.0 };
    let mut text = String::from("ax,ay,az,state\n");
    let mut shaft = Shaft::new(29.0, RATE, 3e-4);
    let mut noise = [const { Pink([0.0; 3]) }; 3];
    let (mut next_hit, mut since_hit, mut size) = (0.0, f64::INFINITY, 0.0);
    for i in 0..(seconds * RATE) as u32 {
        let second = f64::from(i) / RATE;
        let turns = shaft.next(random);
        let load = 1.0 + 0.25 * sine(second / 5.3) + 0.1 * sine(second / 1.7);
        let severity = severity(day, second);
        since_hit += 1.0 / RATE;
        if turns >= next_hit {
            next_hit += BETWEEN_HITS * (1.0 + random.normal(0.01));
            let pit = if severity > 0 { MILDEST * WORSE.powi(i32::from(severity) - 1) } else { 0.0 };
            (since_hit, size) = (0.0, pit * load * (1.0 + random.normal(0.15)));
        }
        // A pit on the ring that does not turn is as loud at each hit; the housing rings for a millisecond or two.
        let ring =
            if since_hit < 0.02 { size * libm::exp(-900.0 * since_hit) * sine(RINGING * since_hit) } else { 0.0 };
        let mesh =
            load * 120.0 * (1.0 + 0.2 * sine(turns)) * sine(TEETH * turns) + 45.0 * load * sine(2.0 * TEETH * turns);
        let rotation = 180.0 * sine(turns) + 40.0 * sine(2.0 * turns + 0.1);
        let mut axis = |k: usize, value: f64| counts(2048.0 + value + noise[k].next(9.0, random) + random.normal(14.0));
        let x = axis(0, rotation + 0.6 * mesh + 0.9 * ring);
        let y = axis(1, 0.8 * rotation + mesh + 0.5 * ring);
        let z = axis(2, 0.2 * rotation + 0.4 * mesh + 0.25 * ring);
        let state = match severity {
            0 => "normal".to_string(),
            worse => format!("outer-{worse}"),
        };
        text.push_str(&format!("{x},{y},{z},{state}\n"));
    }
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_severity_lasts_three_seconds_and_is_louder_than_the_one_before() {
        let text = String::from_utf8(text(Day::Faulty, &mut Stream::new(1, "tests/bearing"))).unwrap();
        let rows: Vec<(f64, &str)> = text
            .lines()
            .skip(1)
            .map(|line| {
                let mut fields = line.split(',');
                (fields.next().unwrap().parse().unwrap(), fields.nth(2).unwrap())
            })
            .collect();
        // Peaks of second differences: the ringing is far above the gear's frequencies, and short.
        let loud = |state: &str| {
            let own = rows.windows(3).filter(|w| w.iter().all(|r| r.1 == state));
            let own: Vec<f64> = own.map(|w| (w[2].0 - 2.0 * w[1].0 + w[0].0).powi(4)).collect();
            assert!(own.len() as f64 >= 2.9 * RATE, "{state}: {}", own.len());
            own.iter().sum::<f64>() / own.len() as f64
        };
        let levels = ["normal", "outer-1", "outer-2", "outer-3", "outer-4"].map(loud);
        assert!(levels[2] < levels[3] && levels[3] > 2.0 * levels[0] && levels[4] > 10.0 * levels[0], "{levels:?}");
    }
}
