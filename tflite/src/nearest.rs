//! Nearest upsampling as interpreters find positions.

/// Whether the interpreter, which finds the nearest position in 32-bit floats, repeats each of `from` positions as
/// often, to `to`.
pub(crate) fn is_upsampling([from, to]: [usize; 2], corners: bool, centres: bool) -> bool {
    let nearest = |at: usize| {
        let scale = if corners && to > 1 { (from - 1) as f32 / (to - 1) as f32 } else { from as f32 / to as f32 };
        let place = (at as f32 + if centres { 0.5 } else { 0.0 }) * scale;
        let rounded = if corners { place.round() } else { place.floor() } as usize;
        rounded.min(from - 1)
    };
    to >= from && to.is_multiple_of(from) && (0..to).all(|at| nearest(at) == at / (to / from))
}
