//! `picoae lower --explain`: the graph before and after each pass, and the plan.

use crate::error::Result;
use crate::lower::{Lowered, Node, NodeOp, Offer, lower_explained};
use crate::run::Run;
use picoae::plan::Op;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run folder
    run: PathBuf,
    /// Print the graph behind every pass, with multiply-accumulates and bytes of weights
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    plan: super::export::PlanArgs,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let run = Run::open(&args.run)?;
    let graph = run.graph()?;
    let options = args.plan.options(&run.config()?);
    let (lowered, explained) = lower_explained(&graph, &options)?;
    if args.explain {
        for report in &explained.passes {
            let work: u64 = report.nodes.iter().map(Node::multiply_accumulates).sum();
            let weights: usize = report.nodes.iter().map(weight_bytes).sum();
            println!("after {}: {}", report.pass, report.what);
            println!(
                "  {} nodes, {work} multiply-accumulates, {weights} bytes of weights; planned: {} bytes of working memory, {} \
                 of constants",
                report.nodes.len(),
                report.arena_bytes,
                report.data_bytes
            );
            for node in &report.nodes {
                let [h, w, c] = node.output;
                println!(
                    "    {:9} {:40} → {h}×{w}×{c}  {:>10} multiply-accumulates {:>7} bytes",
                    node.label(),
                    node.name,
                    node.multiply_accumulates(),
                    weight_bytes(node)
                );
            }
        }
    }
    println!("plan of {}: {} stages", lowered.name, lowered.stages.len());
    println!(
        "  {:>2} {:9} {:40} {:>6} {:>10} {:>10} {:>10} {:>12} {:>12}",
        "", "", "", "tile", "strip", "scratch", "form", "instructions", "portable"
    );
    let estimates = lowered.estimates(options.target);
    for (s, (stage, name)) in lowered.stages.iter().zip(&lowered.names).enumerate() {
        let operator = Op::from_code(stage.op).map_or("?", Op::name);
        println!(
            "  {s:>2} {operator:9} {name:40} {:>6} {:>8} B {:>8} B {:>10} {:>12.0} {:>12.0}",
            stage.tile,
            stage.input.bytes(),
            stage.scratch_bytes,
            picoae::Form::from_code(stage.form).map_or("?".to_string(), |f| format!("{f:?}")),
            estimates[s][0],
            estimates[s][1]
        );
    }
    println!("  instructions are estimated, for the form that was chosen and for the portable operator");
    println!("  arena {} bytes, constants {} bytes", lowered.header.arena_bytes, lowered.header.data_bytes);
    if args.explain {
        trade(&explained.offers, &lowered);
    }
    Ok(())
}

/// What other budgets would buy.
fn trade(offers: &[Offer], chosen: &Lowered) {
    println!("plans to choose from with --ram-budget and --flash-budget (bytes; instructions are estimated)");
    println!("  {:>10} {:>10} {:>14}", "arena", "constants", "instructions");
    for offer in offers {
        let header = &offer.lowered.header;
        let mark = if header.checksum == chosen.header.checksum { "  <- this plan" } else { "" };
        println!("  {:>10} {:>10} {:>14.0}{mark}", header.arena_bytes, header.data_bytes, offer.instructions);
    }
}

fn weight_bytes(node: &Node) -> usize {
    match &node.op {
        NodeOp::Conv(c) => {
            let wide = c.taps.iter().any(|t| t.weights.iter().any(|w| i8::try_from(*w).is_err()));
            c.taps.iter().map(|t| t.weights.len()).sum::<usize>() * if wide { 2 } else { 1 }
        }
        NodeOp::Linear { weights, .. } | NodeOp::Expand { weights, .. } => weights.len(),
        _ => 0,
    }
}
