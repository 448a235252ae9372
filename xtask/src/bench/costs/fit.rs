//! Least squares of weighted errors, no rate below 0.
//!
//! An error's square is divided by the count. That is halfway between relative errors, by which a stage of a thousand
//! instructions would count as much as one of a million, and errors in instructions, by which it would not count at all: plans
//! are compared by the sums of their stages, but small ones are made of small stages.

use picoae_compiler::lower::cost::{FEATURES, Features};

/// Rounds through all rates. Each step is exact in its rate, so the sum of squares falls until nothing moves.
const ROUNDS: usize = 20_000;

/// The rates, none negative, with the least sum of squared errors, each divided by its count, over `samples` (features, counted).
pub(crate) fn rates(samples: &[(Features, f64)]) -> Features {
    least_squares(samples).map(four_digits)
}

/// Members of the largest family.
const MEMBERS: usize = 3;

/// Features of a family: those of a class, and the multiply-accumulates of each member but the first in a place of their own.
const OF_FAMILY: usize = FEATURES + MEMBERS - 1;

/// The rates of classes that differ only in what a multiply-accumulate costs, from the samples of each, so that those with few
/// stages say no more than that.
pub(crate) fn family(samples: &[Vec<(Features, f64)>]) -> Vec<Features> {
    let place = |member: usize| if member == 0 { 0 } else { FEATURES + member - 1 };
    let all = samples.iter().take(MEMBERS).enumerate().flat_map(|(member, own)| {
        own.iter().map(move |(features, counted)| {
            let mut apart = [0.0; OF_FAMILY];
            apart[..FEATURES].copy_from_slice(features);
            apart.swap(0, place(member));
            (apart, *counted)
        })
    });
    let common = least_squares(&all.collect::<Vec<_>>()).map(four_digits);
    let own = |member: usize| std::array::from_fn(|i| common[if i == 0 { place(member) } else { i }]);
    (0..samples.len().min(MEMBERS)).map(own).collect()
}

/// Cyclic coordinate descent on the normal equations.
fn least_squares<const N: usize>(samples: &[([f64; N], f64)]) -> [f64; N] {
    let (mut products, mut wanted) = ([[0.0; N]; N], [0.0; N]);
    for (features, counted) in samples {
        let weight = 1.0 / counted.max(1.0);
        let row = features.map(|feature| feature * weight);
        for i in 0..N {
            wanted[i] += features[i];
            for j in 0..N {
                products[i][j] += row[i] * features[j];
            }
        }
    }
    let mut rates = [0.0_f64; N];
    for _ in 0..ROUNDS {
        for i in 0..N {
            if products[i][i] > 0.0 {
                let others: f64 = (0..N).filter(|j| *j != i).map(|j| products[i][j] * rates[j]).sum();
                rates[i] = ((wanted[i] - others) / products[i][i]).max(0.0);
            }
        }
    }
    rates
}

/// More digits would say nothing, and differ from machine to machine.
fn four_digits(rate: f64) -> f64 {
    format!("{rate:.3e}").parse().unwrap_or(rate)
}

/// How far estimates are from counts.
pub(crate) struct Residual {
    /// Mean of the relative errors' sizes.
    pub(crate) mean: f64,
    /// The largest of them.
    pub(crate) largest: f64,
}

/// The residual of `rates` over `samples`.
pub(crate) fn residual(samples: &[(Features, f64)], rates: &Features) -> Residual {
    let error = |(features, counted): &(Features, f64)| {
        let estimate: f64 = features.iter().zip(rates).map(|(feature, rate)| feature * rate).sum();
        (estimate / counted.max(1.0) - 1.0).abs()
    };
    let errors = samples.iter().map(error);
    Residual { mean: errors.clone().sum::<f64>() / samples.len().max(1) as f64, largest: errors.fold(0.0, f64::max) }
}

#[cfg(test)]
mod tests {
    use super::{family, rates, residual};

    #[test]
    fn a_family_differs_in_its_multiply_accumulates() {
        let work = [[50.0, 5.0, 1.0], [10.0, 9.0, 3.0], [80.0, 2.0, 2.0], [7.0, 30.0, 5.0]];
        let of = |rate: f64, count: usize| -> Vec<_> {
            let stage =
                |w: [f64; 3]| ([w[0], w[1], 0.0, 0.0, w[2], 0.0, 0.0, 0.0], rate * w[0] + 7.0 * w[1] + 300.0 * w[2]);
            work.into_iter().take(count).map(stage).collect()
        };
        let rates = |rate| [rate, 7.0, 0.0, 0.0, 300.0, 0.0, 0.0, 0.0];
        assert_eq!(family(&[of(0.5, 4), of(0.75, 2), of(2.0, 1)]), [rates(0.5), rates(0.75), rates(2.0)]);
    }

    #[test]
    fn exact_samples_give_their_rates() {
        let features = [
            [100.0, 7.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0],
            [50.0, 9.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0],
            [10.0, 2.0, 0.0, 0.0, 9.0, 0.0, 0.0, 0.0],
        ];
        let samples = features.map(|f| (f, 2.5 * f[0] + 40.0 * f[1] + 880.0 * f[4]));
        let fitted = rates(&samples);
        assert_eq!(fitted, [2.5, 40.0, 0.0, 0.0, 880.0, 0.0, 0.0, 0.0]);
        assert!(residual(&samples, &fitted).largest < 1e-9);
    }

    #[test]
    fn no_rate_is_negative() {
        // More outputs take less: the best that is not negative is nothing at all.
        let samples =
            [([10.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 100.0), ([10.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 90.0)];
        let fitted = rates(&samples);
        assert_eq!(fitted[1], 0.0);
        assert!((9.0..10.0).contains(&fitted[0]), "{fitted:?}");
    }
}
