//! What to change where a network does not give back its input's shape.

/// How far from the window that was asked for others are tried.
const FAR: usize = 512;

/// The change in words; `fits` says whether a network for an input of another shape gives it back.
pub(super) fn of(output: [usize; 3], input: [usize; 3], fits: impl Fn([usize; 3]) -> bool) -> String {
    if output[0] != input[0] && output[1..] == input[1..] {
        return "give its last convolution channels = \"input\"".into();
    }
    let [channels, height, width] = input;
    let fits = |change: isize| {
        let width = width.checked_add_signed(change).filter(|width| *width > 0)?;
        // An image's rows and columns change together; a signal has one row.
        let height = if height == 1 { 1 } else { height.checked_add_signed(change).filter(|height| *height > 0)? };
        fits([channels, height, width]).then_some(if height == 1 {
            width.to_string()
        } else {
            format!("{height}×{width}")
        })
    };
    let what = if height == 1 { "a window" } else { "images" };
    let near = |sign: isize| (1..=FAR as isize).find_map(|far| fits(sign * far));
    let crop = "end the decoder with { type = \"trim\", size = \"input\" }";
    match (near(-1), near(1), output[1] >= height && output[2] >= width) {
        (Some(less), Some(more), true) => format!("use {what} of {less} or {more}, or {crop}"),
        (Some(less), Some(more), false) => format!("use {what} of {less} or {more}"),
        (Some(one), None, _) | (None, Some(one), _) => format!("use {what} of {one}"),
        (None, None, true) => crop.into(),
        (None, None, false) => "upsample as much as was pooled and pad what is missing with zero_pad".into(),
    }
}
