//! Whether each strip holds the windows that its reader needs.

use super::read::{Phases, ensure};
use super::{Buffer, Op, Stage};

/// Whether the strip in front of `stage` holds the window of each tile while its `writer` (`None`: the caller, row by
/// row) adds a tile, and no window reaches beyond the padded map. `data` is the plan's constant data, where the stage's
/// phases lie. The same rule tells the planner how many rows a strip needs.
///
/// # Errors
/// What does not fit.
pub const fn windows_fit(stage: &Stage, data: &[u8], writer: Option<&Stage>) -> Result<(), &'static str> {
    let phases = Phases::of(stage, data);
    let writer_tile = match writer {
        Some(writer) => {
            // Its sums may lie where the stages behind it work, so its row must find room before any of them does.
            let linear = writer.op == Op::Linear.code();
            ensure!(
                !linear || stage.input.rows > stage.input.pad_top,
                "the strip has no room for a linear layer's row"
            );
            writer.tile
        }
        None => 1,
    };
    ensure!(stage.tile > 0, "the tile is 0");
    ensure!(stage.first_tile <= stage.tile, "the first tile is larger than others");
    let beside = if stage.input.is_fields() { 2 } else { 0 };
    ensure!(stage.input.rows >= writer_tile + beside, "the strip is too short for a tile");
    if stage.op == Op::Linear.code() {
        return Ok(());
    }
    let (mut y, mut before) = (0, 0);
    while y < stage.out_height as usize {
        let last = y + stage.rows_at(y) - 1;
        let (first, _) = stage.rows_for(y, &phases);
        // Rows above it may be gone by then.
        ensure!(first >= before, "a window starts above the one before it");
        before = first;
        let (mut row, mut end, mut own_end) = (y, 0, 0);
        while row <= last {
            let window = stage.rows_for(row, &phases);
            ensure!(window.0 >= first, "a window starts above its tile");
            own_end = window.1;
            if own_end > end {
                end = own_end;
            }
            row += 1;
        }
        ensure!(end == own_end, "a window ends below its tile");
        ensure!(end <= stage.input.padded_height(), "a window reaches below the padded map");
        let base = stage.input.base_for(y, first);
        let held = (rows_come(&stage.input, end, writer) + stage.input.lead()).saturating_sub(base);
        ensure!(held <= stage.input.rows as usize, "the strip is too short for the window of a tile");
        y = last + 1;
    }
    Ok(())
}

/// How many rows (padding counted) have come when row `end - 1` is there: the writer adds whole tiles, padding comes row
/// by row. A strip that holds these behind the first row of its reader's window is never full before the window is
/// complete.
const fn rows_come(b: &Buffer, end: usize, writer: Option<&Stage>) -> usize {
    let (top, bottom) = (b.pad_top as usize, (b.pad_top + b.height) as usize);
    if end <= top || end > bottom {
        return end;
    }
    let (first, tile) = match writer {
        Some(writer) => (writer.rows_at(0), writer.tile as usize),
        None => (1, 1),
    };
    let come = top + first + (end - top).saturating_sub(first).div_ceil(tile) * tile;
    if come < bottom { come } else { bottom }
}
