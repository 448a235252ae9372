//! From the integer network to the plan that a device runs: small exact passes over a graph of [`Node`]s, then memory
//! planning. Every pass leaves every output bit as the reference executor gives it.

mod canonical;
mod choice;
mod compile;
mod cost;
mod execute;
mod forms;
mod lowered;
mod memory;
mod node;
mod options;
mod passes;
mod region;
mod rewrite;
mod stage;

pub use choice::{Choice, Offer, Weights};
pub use compile::{Explained, PassReport, lower, lower_explained};
pub use execute::execute;
pub use forms::Target;
pub use lowered::{HostArena, Lowered};
pub use node::{ConvNode, Finish, Node, NodeOp, PhaseTaps};
pub use options::Options;
pub use rewrite::{Step, steps};
