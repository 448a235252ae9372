//! Options that say what a plan is made for.

use crate::config::LowerConfig;
use picoae_compiler::lower::{Lowered, Target};
use serde::Serialize;

/// What a plan is made for; what is left out is as the run's configuration says.
#[derive(Debug, clap::Args)]
pub(super) struct PlanArgs {
    /// The processor to choose kernels for
    #[arg(long, value_enum)]
    target: Option<Target>,
    /// Most bytes of working memory
    #[arg(long, value_name = "BYTES")]
    ram_budget: Option<u32>,
    /// Most bytes of constants
    #[arg(long, value_name = "BYTES")]
    flash_budget: Option<u32>,
    /// Without the optimizing passes: each layer a stage
    #[arg(long)]
    plain: bool,
}

impl PlanArgs {
    /// Whether none was given.
    pub(super) fn is_empty(&self) -> bool {
        self.target.is_none() && self.ram_budget.is_none() && self.flash_budget.is_none() && !self.plain
    }

    /// `config` with these over it.
    pub(super) fn over(&self, config: &LowerConfig) -> LowerConfig {
        LowerConfig {
            stream_hop: config.stream_hop,
            optimize: config.optimize && !self.plain,
            target: self.target.unwrap_or(config.target),
            ram_budget: self.ram_budget.or(config.ram_budget),
            flash_budget: self.flash_budget.or(config.flash_budget),
        }
    }
}

/// What a plan takes of a device.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct PlanSizes {
    pub(super) working_memory_bytes: u32,
    pub(super) constants_bytes: u32,
}

impl PlanSizes {
    pub(super) fn of(plan: &Lowered) -> Self {
        Self { working_memory_bytes: plan.header.arena_bytes, constants_bytes: plan.header.data_bytes }
    }
}
