//! Whether each line buffer holds the windows that its reader needs.

use super::codes::Operator;
use super::fault::Fault;
use super::line_buffer::LineBuffer;
use super::span::ensure;
use super::stage::Stage;

/// Whether the line buffer in front of `stage` holds the window of each tile while its `writer` (`None`: the caller, row by
/// row) adds a tile, and no window reaches beyond the padded map. `data` is the plan's constant data, where the stage's
/// branches lie. The same rule tells the planner how many rows a buffer needs.
///
/// # Errors
/// What does not fit.
pub const fn windows_fit(stage: &Stage, data: &[u8], writer: Option<&Stage>) -> Result<(), Fault> {
    let branches = stage.read_branches(data);
    let writer_tile = match writer {
        Some(writer) => {
            // Its sums may lie where the stages behind it work, so its row must find room before any of them does.
            let linear = writer.operator == Operator::Linear.code();
            ensure!(!linear || stage.input.rows > stage.input.pad_top, Fault::BufferSmall);
            writer.tile as usize
        }
        None => 1,
    };
    ensure!(stage.tile > 0 && stage.first_tile <= stage.tile, Fault::Tile);
    let beside = if stage.input.is_packed() { 2 } else { 0 };
    ensure!(stage.input.rows as usize >= writer_tile + beside, Fault::BufferSmall);
    if stage.operator == Operator::Linear.code() {
        return Ok(());
    }
    let (mut y, mut before) = (0, 0);
    while y < stage.out_height as usize {
        let last = y + stage.rows_at(y) - 1;
        let (first, _) = stage.rows_for(y, &branches);
        // Rows above it may be gone by then.
        ensure!(first >= before, Fault::WindowOrder);
        before = first;
        let (mut row, mut end, mut own_end) = (y, 0, 0);
        while row <= last {
            let window = stage.rows_for(row, &branches);
            ensure!(window.0 >= first, Fault::WindowOrder);
            own_end = window.1;
            if own_end > end {
                end = own_end;
            }
            row += 1;
        }
        ensure!(end == own_end, Fault::WindowOrder);
        ensure!(end <= stage.input.padded_height(), Fault::WindowOutside);
        let base = stage.input.base_for(y, first);
        let held = (rows_come(&stage.input, end, writer) + stage.input.lead()).saturating_sub(base);
        ensure!(held <= stage.input.rows as usize, Fault::BufferSmall);
        y = last + 1;
    }
    Ok(())
}

/// How many rows (padding counted) have come when row `end - 1` is there: the writer adds whole tiles, padding comes row
/// by row. A buffer that holds these behind the first row of its reader's window is never full before the window is
/// complete.
const fn rows_come(b: &LineBuffer, end: usize, writer: Option<&Stage>) -> usize {
    let (top, bottom) = (b.pad_top as usize, b.pad_top as usize + b.height as usize);
    if end <= top || end > bottom {
        return end;
    }
    let (first, tile) = match writer {
        Some(writer) => (writer.rows_at(0), writer.tile as usize),
        None => (1, 1),
    };
    // The writer's checks came before, so its tile is not 0.
    let Some(tiles) = (end - top).saturating_sub(first).checked_next_multiple_of(tile) else { return bottom };
    let come = top + first + tiles;
    if come < bottom { come } else { bottom }
}
