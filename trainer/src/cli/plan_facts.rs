//! What there is to say of a plan, for machines.

use super::plan::PlanSizes;
use picoae::plan::{Kernel, Operator, Stage};
use picoae_compiler::lower::{Explained, Lowered, Node, NodeOp, Target};
use serde::Serialize;

/// A plan.
#[derive(Debug, Serialize)]
pub(super) struct PlanFacts {
    name: String,
    target: Target,
    device: PlanSizes,
    stages: Vec<StageFacts>,
    /// The graph behind every pass, where that was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    passes: Vec<PassFacts>,
    /// Plans for other budgets, where that was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    plans: Vec<OtherPlan>,
}

#[derive(Debug, Serialize)]
struct StageFacts {
    name: String,
    operator: &'static str,
    kernel: &'static str,
    tile: u16,
    buffer_bytes: u64,
    scratch_bytes: u64,
    /// Estimated, as in the next.
    instructions: f64,
    instructions_by_portable_kernel: f64,
}

#[derive(Debug, Serialize)]
struct PassFacts {
    pass: &'static str,
    what: &'static str,
    nodes: usize,
    multiply_accumulates: u64,
    weight_bytes: usize,
    device: PlanSizes,
}

#[derive(Debug, Serialize)]
struct OtherPlan {
    device: PlanSizes,
    instructions: f64,
    chosen: bool,
}

/// Of a plan for `target`; `explain` asks for the passes and for other plans.
pub(super) fn facts(plan: &Lowered, explained: &Explained, target: Target, explain: bool) -> PlanFacts {
    let estimates = plan.estimates(target);
    let stage = |(s, (stage, name)): (usize, (&Stage, &String))| StageFacts {
        name: name.clone(),
        operator: Operator::from_code(stage.operator).map_or("?", Operator::name),
        kernel: kernel_name(stage),
        tile: stage.tile,
        buffer_bytes: stage.input.bytes() as u64,
        scratch_bytes: u64::from(stage.scratch.bytes),
        instructions: estimates[s][0],
        instructions_by_portable_kernel: estimates[s][1],
    };
    let passes = explained.passes.iter().map(|report| PassFacts {
        pass: report.pass,
        what: report.what,
        nodes: report.nodes.len(),
        multiply_accumulates: report.nodes.iter().map(Node::multiply_accumulates).sum(),
        weight_bytes: report.nodes.iter().map(weight_bytes).sum(),
        device: PlanSizes { working_memory_bytes: report.arena_bytes, constants_bytes: report.data_bytes },
    });
    let plans = explained.points.iter().map(|point| OtherPlan {
        device: PlanSizes::of(&point.lowered),
        instructions: point.instructions,
        chosen: point.lowered.header.checksum == plan.header.checksum,
    });
    PlanFacts {
        name: plan.name.clone(),
        target,
        device: PlanSizes::of(plan),
        stages: plan.stages.iter().zip(&plan.names).enumerate().map(stage).collect(),
        passes: passes.filter(|_| explain).collect(),
        plans: plans.filter(|_| explain).collect(),
    }
}

/// Name of the kernel that runs a stage.
pub(super) fn kernel_name(stage: &Stage) -> &'static str {
    Kernel::from_code(stage.kernel).map_or("?", Kernel::name)
}

/// Bytes that a node's weights take.
pub(super) fn weight_bytes(node: &Node) -> usize {
    match &node.op {
        NodeOp::Conv(c) => {
            let wide = c.taps.iter().any(|t| t.weights.iter().any(|w| i8::try_from(*w).is_err()));
            c.taps.iter().map(|t| t.weights.len()).sum::<usize>() * if wide { 2 } else { 1 }
        }
        NodeOp::Linear { weights, .. } | NodeOp::DenseToMap { weights, .. } => weights.len(),
        _ => 0,
    }
}
