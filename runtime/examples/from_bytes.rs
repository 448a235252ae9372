//! A model that can be replaced without compiling: bytes are checked once, then scored in an arena of the caller's.
//!
//! `cargo run -p picoae --example from_bytes`

use picoae::{Aligned, Decision, Encodings, Model, Scorer};

/// A model must start on a multiple of 8, in flash as in memory.
static FILE: Aligned<[u8; include_bytes!("pump/device.safetensors").len()]> =
    Aligned(*include_bytes!("pump/device.safetensors"));

/// Bytes of working memory that this program can spare.
const ARENA: usize = 512;

/// Scores both windows, whole and in two halves.
pub(crate) fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A limit lower than the default refuses models that would take this board too long.
    let model = Model::from_bytes_within(&FILE.0, 1 << 24)?;
    println!("{} bytes of working memory, {} multiply-accumulates", model.arena_bytes(), model.work());
    let mut scorer = Scorer::<ARENA>::new(&model)?;

    for (name, bytes) in [("normal", include_bytes!("pump/normal.i16")), ("burst", include_bytes!("pump/burst.i16"))] {
        let counts: Vec<i32> = bytes.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]]).into()).collect();
        let score = scorer.score_counts(&counts)?;
        let decision = model.threshold().decide(&score);
        println!("{name}: {decision:?}");
        assert_eq!(decision == Decision::Anomaly, name == "burst");

        // What the network sees: int8 values. Its two halves, one after the other, make the same reconstruction.
        let Encodings::Counts(channels) = model.encodings() else { return Err("the model takes no counts".into()) };
        let window: Vec<i8> = counts.iter().map(|count| channels[0].encode_counts(*count).value).collect();
        let mut latent = vec![0; model.latent().len()];
        let [mut whole, mut decoded] = [vec![0; model.output().len()], vec![0; model.output().len()]];
        scorer.encode(&window, &mut latent)?;
        scorer.decode(&latent, &mut decoded)?;
        scorer.reconstruct(&window, &mut whole)?;
        assert_eq!(whole, decoded);
    }
    Ok(())
}
