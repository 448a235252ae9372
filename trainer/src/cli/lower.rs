//! `picoae lower --explain`: the graph before and after each pass, and the plan.

use super::output::{Format, json, say};
use super::plan::PlanArgs;
use super::plan_facts::{facts, kernel_name, weight_bytes};
use crate::config::LowerConfig;
use crate::error::Result;
use crate::pipeline;
use crate::run::{Kind, RunDir};
use picoae::plan::{Kernel, Operator, Stage};
use picoae_compiler::lower::{Drawback, Lowered, Node, Options, ParetoPoint, Scarce, Target, lower_explained};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run folder
    run: PathBuf,
    /// Print the graph behind every pass, with multiply-accumulates and bytes of weights
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    plan: PlanArgs,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let run = RunDir::open(&args.run)?;
    let graph = run.graph()?;
    let options = match run.kind() {
        // A network that was made elsewhere has neither settings nor limits.
        Kind::Import => args.plan.over(&LowerConfig::default()).options(),
        _ => {
            let options = pipeline::options(&args.plan.over(&run.config()?.lower), &run.normalizer()?);
            Options { score: run.normal()?.score(), ..options }
        }
    };
    let (lowered, explained) = lower_explained(&graph, &options)?;
    if args.format == Format::Json {
        return say!("{}", json(&facts(&lowered, &explained, options.target, args.explain))?);
    }
    if args.explain {
        for report in &explained.passes {
            let work: u64 = report.nodes.iter().map(Node::multiply_accumulates).sum();
            let weights: usize = report.nodes.iter().map(weight_bytes).sum();
            say!("after {}: {}", report.pass, report.what)?;
            say!(
                "  {} nodes, {work} multiply-accumulates, {weights} bytes of weights; planned: {} bytes of working memory, {} \
                 of constants",
                report.nodes.len(),
                report.arena_bytes,
                report.data_bytes
            )?;
            for node in &report.nodes {
                let [h, w, c] = node.output;
                say!(
                    "    {:9} {:40} → {h}×{w}×{c}  {:>10} multiply-accumulates {:>7} bytes",
                    node.label(),
                    node.name,
                    node.multiply_accumulates(),
                    weight_bytes(node)
                )?;
            }
        }
    }
    say!("plan of {}: {} stages", lowered.name, lowered.stages.len())?;
    say!(
        "  {:>2} {:9} {:40} {:>6} {:>10} {:>10} {:>19} {:>12} {:>12}  another kernel",
        "",
        "",
        "",
        "tile",
        "buffer",
        "scratch",
        "kernel",
        "instructions",
        "portable"
    )?;
    let estimates = lowered.estimates(options.target);
    for (s, (stage, name)) in lowered.stages.iter().zip(&lowered.names).enumerate() {
        let operator = Operator::from_code(stage.operator).map_or("?", Operator::name);
        say!(
            "  {s:>2} {operator:9} {name:40} {:>6} {:>8} B {:>8} B {:>19} {:>12.0} {:>12.0}  {}",
            stage.tile,
            stage.input.bytes(),
            stage.scratch.bytes,
            kernel_name(stage),
            estimates[s][0],
            estimates[s][1],
            other_kernel(&explained.points, s, stage, options.target)
        )?;
    }
    say!(
        "  instructions are estimated, for the kernel that was chosen, for the portable kernel, and for another kernel where there \
         is one"
    )?;
    say!("  arena {} bytes, constants {} bytes", lowered.header.arena_bytes, lowered.header.data_bytes)?;
    if args.explain {
        trade(&explained.points, &lowered)?;
    }
    Ok(())
}

/// Another kernel of the target that stage `s` could have, as some plan on point has it with as many rows at a time.
fn other_kernel(points: &[ParetoPoint], s: usize, chosen: &Stage, target: Target) -> String {
    let others = points.iter().filter_map(|point| {
        let stage = point.lowered.stages.get(s)?;
        let differs = ![Kernel::Portable.code(), chosen.kernel].contains(&stage.kernel) && stage.tile == chosen.tile;
        differs.then(|| (kernel_name(stage), point.lowered.estimates(target)[s][0]))
    });
    let best = others.min_by(|a, b| a.1.total_cmp(&b.1));
    best.map_or(String::new(), |(name, instructions)| format!("{name} {instructions:.0}"))
}

/// What other budgets would buy.
fn trade(points: &[ParetoPoint], chosen: &Lowered) -> Result<()> {
    say!("plans to choose from with --ram-budget and --flash-budget (bytes; instructions are estimated)")?;
    say!("  {:>10} {:>10} {:>14}", "arena", "constants", "instructions")?;
    for point in points {
        let header = &point.lowered.header;
        let mark = if header.checksum == chosen.header.checksum { "  <- this plan" } else { "" };
        let drawback = point.drawback.map_or(String::new(), |drawback| told(&drawback, point));
        say!("  {:>10} {:>10} {:>14.0}{mark}{drawback}", header.arena_bytes, header.data_bytes, point.instructions)?;
    }
    Ok(())
}

/// What a plan's little memory costs.
fn told(drawback: &Drawback, point: &ParetoPoint) -> String {
    let what = match drawback.scarce {
        Scarce::WorkingMemory => "little working memory",
        Scarce::Constants => "few constants",
    };
    format!(
        "  only for so {what}: {:.1} times slower than a plan with {} bytes",
        point.instructions / drawback.other_instructions,
        drawback.other_bytes
    )
}
