//! Least squares of relative errors, no rate below 0.

use picoae_compiler::lower::cost::{FEATURES, Features};

/// Rounds through all rates. Each step is exact in its rate, so the sum of squares falls until nothing moves.
const ROUNDS: usize = 20_000;

/// The rates, none negative, with the least sum of squared relative errors over `samples` (features, counted), by cyclic
/// coordinate descent on the normal equations.
pub(crate) fn rates(samples: &[(Features, f64)]) -> Features {
    let (mut products, mut wanted) = ([[0.0; FEATURES]; FEATURES], [0.0; FEATURES]);
    for (features, counted) in samples {
        let row = features.map(|feature| feature / counted.max(1.0));
        for i in 0..FEATURES {
            wanted[i] += row[i];
            for j in 0..FEATURES {
                products[i][j] += row[i] * row[j];
            }
        }
    }
    let mut rates = [0.0_f64; FEATURES];
    for _ in 0..ROUNDS {
        for i in 0..FEATURES {
            if products[i][i] > 0.0 {
                let others: f64 = (0..FEATURES).filter(|j| *j != i).map(|j| products[i][j] * rates[j]).sum();
                rates[i] = ((wanted[i] - others) / products[i][i]).max(0.0);
            }
        }
    }
    rates.map(four_digits)
}

/// Where the multiply-accumulates of a family's members stand in the features of [`family`]; the last two are nobody's else there.
const MEMBERS: [usize; 3] = [0, FEATURES - 2, FEATURES - 1];

/// The rates of classes that differ only in what a multiply-accumulate costs, from the samples of each, so that those with few
/// stages say no more than that.
pub(crate) fn family(samples: &[Vec<(Features, f64)>]) -> Vec<Features> {
    let all = samples.iter().zip(MEMBERS).flat_map(|(own, place)| {
        own.iter().map(move |(features, counted)| {
            let mut apart = *features;
            apart.swap(0, place);
            (apart, *counted)
        })
    });
    let common = rates(&all.collect::<Vec<_>>());
    let own = |place: usize| {
        let mut own = common;
        MEMBERS.iter().for_each(|member| own[*member] = 0.0);
        own[0] = common[place];
        own
    };
    MEMBERS.iter().take(samples.len()).map(|place| own(*place)).collect()
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
            let stage = |w: [f64; 3]| ([w[0], w[1], 0.0, 0.0, w[2], 0.0, 0.0], rate * w[0] + 7.0 * w[1] + 300.0 * w[2]);
            work.into_iter().take(count).map(stage).collect()
        };
        let rates = |rate| [rate, 7.0, 0.0, 0.0, 300.0, 0.0, 0.0];
        assert_eq!(family(&[of(0.5, 4), of(0.75, 2), of(2.0, 1)]), [rates(0.5), rates(0.75), rates(2.0)]);
    }

    #[test]
    fn exact_samples_give_their_rates() {
        let features = [
            [100.0, 7.0, 0.0, 0.0, 3.0, 0.0, 0.0],
            [50.0, 9.0, 0.0, 0.0, 1.0, 0.0, 0.0],
            [10.0, 2.0, 0.0, 0.0, 9.0, 0.0, 0.0],
        ];
        let samples = features.map(|f| (f, 2.5 * f[0] + 40.0 * f[1] + 880.0 * f[4]));
        let fitted = rates(&samples);
        assert_eq!(fitted, [2.5, 40.0, 0.0, 0.0, 880.0, 0.0, 0.0]);
        assert!(residual(&samples, &fitted).largest < 1e-9);
    }

    #[test]
    fn no_rate_is_negative() {
        // More outputs take less: the best that is not negative is nothing at all.
        let samples = [([10.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0], 100.0), ([10.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0.0], 90.0)];
        let fitted = rates(&samples);
        assert_eq!(fitted[1], 0.0);
        assert!((9.0..10.0).contains(&fitted[0]), "{fitted:?}");
    }
}
