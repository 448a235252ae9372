//! From the integer network to the plan that a device runs: small exact passes over a graph of [`Node`]s, then a kernel for each
//! node, then memory planning. Every pass leaves every output bit as the reference executor gives it.
//!
//! `canonical` makes the nodes, `passes` rewrite them, `select` chooses kernels for a processor, `kernels` pack the constants,
//! `encoding` makes the records that bring raw samples in, `memory` plans the arena, `cost` estimates, `pareto` offers plans for a budget.

mod canonical;
mod compile;
pub mod cost;
mod data;
mod encoding;
mod execute;
mod geometry;
mod kernels;
mod lowered;
mod memory;
mod node;
mod option;
mod pareto;
mod passes;
mod region;
mod rewrite;
mod score;
mod select;
mod settings;
mod stream;

pub use compile::{Explained, PassReport, lower, lower_explained};
pub use encoding::{ChannelScaling, InputEncoding};
pub use execute::execute;
pub use lowered::{HostArena, Lowered};
pub use node::{BranchTaps, ConvNode, Node, NodeOp, OutputStage};
pub use option::{PlanOption, WeightStorage};
pub use pareto::{Drawback, ParetoPoint, Scarce};
pub use rewrite::{Step, steps};
pub use score::{CoarseNumbers, ScoreOptions};
pub use select::Target;
pub use settings::{Options, StreamOptions};
