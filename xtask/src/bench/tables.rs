//! The figures for people: a Markdown table of the models, and one of the stages of each.

use std::fmt::Write;

use super::cmsis_nn;
use super::figures::{Figures, Model};
use crate::device::cores::CORES;

/// All tables.
pub(crate) fn markdown(figures: &Figures) -> String {
    let mut text = String::from(
        "One inference, everything included (table look-ups, requantization, score), on emulated processors: executed \
         instructions are counted exactly; cycles are an estimate by the timing tables of Arm's manuals, without wait \
         states, where there are such tables. CMSIS-NN in brackets: the same model in its best configuration on the same emulated board (of the networks of \
         `benches/zoo` its flash is weights and parameters without code).\n\n",
    );
    let _ = writeln!(text, "Compiler: {}.\n", figures.compiler);
    text +=
        "| model | core | instructions | a MAC | estimated cycles | arena, B | stack, B | flash: code + data, B |\n";
    text += "|---|---|---|---|---|---|---|---|\n";
    for (name, core, model) in rows(figures) {
        let reference = cmsis_nn::reference(name, core);
        let beside = |value: u64, pick: fn(&cmsis_nn::Reference) -> u64| match &reference {
            Some(reference) => format!("{} ({})", grouped(value), grouped(pick(reference))),
            None => grouped(value),
        };
        let flash = format!("{} + {}", grouped(model.flash_code_bytes), grouped(model.flash_data_bytes));
        let _ = writeln!(
            text,
            "| {name} | {core} | {} | {} | {} | {} | {} | {flash}{} |",
            beside(model.instructions, |r| r.instructions),
            ratio(model.instructions, model.macs),
            model.cycles_estimate.map_or("–".into(), |cycles| beside(cycles, |r| r.cycles_estimate)),
            beside(model.arena_bytes, |r| r.arena_bytes),
            grouped(model.stack_bytes),
            reference.as_ref().map_or(String::new(), |r| format!(" ({})", grouped(r.flash_bytes))),
        );
    }
    text += "\nFlash is that of `firmware-example/src/bin/sensor.rs`: start-up code, vector table, runtime and model. \
             A MAC is a multiply-accumulate of the plan. Where cores run the same plan, the stages are listed for one.\n";
    for (name, core, model) in rows(figures) {
        if same_plan_earlier(figures, name, core) {
            continue;
        }
        let _ = writeln!(text, "\n### {name} on {core}, by stage\n");
        text += &stages(model);
    }
    text
}

/// Whether the figures have the same plan on a core before this one, whose stages differ only by what the compiler made of
/// the code around the kernels.
fn same_plan_earlier(figures: &Figures, model: &str, core: &str) -> bool {
    let Some(this) = CORES.into_iter().find(|one| one.name == core) else { return false };
    let mut earlier = CORES.into_iter().take_while(|one| one.name != core);
    let measured = |name: &str| figures.models.get(model).is_some_and(|cores| cores.contains_key(name));
    earlier.any(|one| one.plan_suffix == this.plan_suffix && measured(one.name))
}

fn stages(model: &Model) -> String {
    let mut text =
        String::from("| stage | MACs | instructions | a MAC | estimated cycles | arena, B | flash data, B |\n");
    text += "|---|---|---|---|---|---|---|\n";
    for stage in &model.stages {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} |",
            stage.name,
            grouped(stage.macs),
            grouped(stage.instructions),
            ratio(stage.instructions, stage.macs),
            stage.cycles_estimate.map_or("–".into(), grouped),
            grouped(stage.arena_bytes),
            grouped(stage.flash_data_bytes),
        );
    }
    text
}

fn rows(figures: &Figures) -> impl Iterator<Item = (&str, &str, &Model)> {
    figures
        .models
        .iter()
        .flat_map(|(name, cores)| cores.iter().map(move |(core, model)| (name.as_str(), core.as_str(), model)))
}

fn ratio(instructions: u64, macs: u64) -> String {
    if macs == 0 { "–".into() } else { format!("{:.3}", instructions as f64 / macs as f64) }
}

/// A number with commas between the thousands.
fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Puts `part` between the markers `<!-- device:begin -->` and `<!-- device:end -->` of a page; a page without them gets
/// them at its end.
pub(crate) fn replace_part(page: &str, part: &str) -> String {
    const BEGIN: &str = "<!-- device:begin -->";
    const END: &str = "<!-- device:end -->";
    let (before, after) = match (page.find(BEGIN), page.find(END)) {
        (Some(begin), Some(end)) if begin < end => (&page[..begin], &page[end + END.len()..]),
        _ if page.is_empty() => ("# Benchmarks\n\n## On the device\n\n", "\n"),
        _ => (page, "\n"),
    };
    format!("{before}{BEGIN}\n\n{}\n\n{END}{after}", part.trim())
}

#[cfg(test)]
mod tests {
    use super::{grouped, replace_part};

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(
            ["0", "999", "1,000", "32,907,222"],
            [0, 999, 1000, 32_907_222].map(grouped).each_ref().map(|s| s.as_str())
        );
    }

    #[test]
    fn only_the_marked_part_changes() {
        let page = "# A\n<!-- device:begin -->\nold\n<!-- device:end -->\n\n# B\n";
        let changed = replace_part(page, "new\n");
        assert_eq!(changed, "# A\n<!-- device:begin -->\n\nnew\n\n<!-- device:end -->\n\n# B\n");
        assert_eq!(replace_part(&changed, "new"), changed);
        assert!(replace_part("# A\n", "new").starts_with("# A\n<!-- device:begin -->"));
    }
}
