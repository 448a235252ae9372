//! What the checks look at.

/// Figures of a finished network. Errors are mean squared ones over the values of normal validation windows, in the square of the
/// network's unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Of the float network.
    pub float_error: f64,
    /// Of predicting the mean of all training values.
    pub mean_error: f64,
    /// Of the integer network.
    pub int8_error: f64,
    /// Standard deviation of normal windows, in steps of the int8 input.
    pub input_deviation: f64,
    /// Standard deviation of their reconstructions, in the same steps.
    pub output_deviation: f64,
    /// Shares, 0 to 1, of normal windows' values and of their reconstructions' at the ends of the int8 range.
    pub at_the_rails: [f64; 2],
    /// Values of the int8 latent, and how many of them differ among normal windows.
    pub latent: [usize; 2],
    /// Validation windows that share no sample: what the limits rest on.
    pub validation: usize,
    /// Share, 0 to 1, of normal windows that the limits are asked to call abnormal, each part by itself.
    pub asked_rate: f64,
    /// Normal test windows, and how many of them the integer network calls abnormal.
    pub normal: [usize; 2],
    /// Normal windows that begin at other places than those that were trained on, and how many of them the integer network calls
    /// abnormal.
    pub between: [usize; 2],
    /// The abnormal test windows, if there are any.
    pub abnormal: Option<Abnormal>,
}

/// Abnormal test windows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Abnormal {
    /// How many.
    pub count: usize,
    /// How many of them the integer network calls abnormal.
    pub alarms: usize,
    /// Area under the ROC curve, of the float network.
    pub float_area: f64,
    /// Of the integer network.
    pub int8_area: f64,
}

#[cfg(test)]
impl Evidence {
    /// That of a good detector.
    pub(super) fn good() -> Self {
        Self {
            float_error: 0.01,
            mean_error: 1.0,
            int8_error: 0.0105,
            input_deviation: 25.0,
            output_deviation: 24.0,
            at_the_rails: [0.0, 0.0],
            latent: [16, 16],
            validation: 1000,
            asked_rate: 0.01,
            normal: [1000, 12],
            between: [500, 6],
            abnormal: Some(Abnormal { count: 100, alarms: 95, float_area: 0.99, int8_area: 0.99 }),
        }
    }
}
