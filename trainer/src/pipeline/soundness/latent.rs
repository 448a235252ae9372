//! The latent says something of its window.

use super::evidence::Evidence;
use super::finding::Finding;

pub(super) fn check(e: &Evidence) -> Option<Finding> {
    let [values, differ] = e.latent;
    // One window is like itself.
    if e.validation < 2 {
        return None;
    }
    if differ == 0 {
        return Some(Finding::Refusal(
            "its latent is the same for every normal window; record windows that are not all alike, train longer or with a \
             smaller fit.learning_rate, or use another activation than relu behind the latent (network.latent_activation)"
                .into(),
        ));
    }
    (differ * 4 < values).then(|| {
        Finding::Warning(format!(
            "only {differ} of the latent's {values} values differ among normal windows; a smaller network.latent would do"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_latent_is_refused() {
        let with = |latent| check(&Evidence { latent, ..Evidence::good() });
        assert_eq!(with([16, 9]), None);
        assert!(matches!(with([16, 3]), Some(Finding::Warning(text)) if text.contains("3 of the latent's 16")));
        assert!(matches!(with([16, 0]), Some(Finding::Refusal(_))));
        assert_eq!(check(&Evidence { validation: 1, latent: [16, 0], ..Evidence::good() }), None);
    }
}
