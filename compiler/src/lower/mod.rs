//! From the integer network to the plan that a device runs: small exact passes over a graph of [`Node`]s, then memory
//! planning. Every pass leaves every output bit as the reference executor gives it.

mod canonical;
mod choice;
mod cost;
mod forms;
mod lowered;
mod memory;
mod node;
mod pass;
mod passes;
mod stage;

pub use choice::{Choice, Offer, Weights};
pub use forms::Target;
pub use lowered::{HostArena, Lowered};
pub use node::{ConvNode, Finish, Node, NodeOp, PhaseTaps};
pub use pass::{Explained, Options, PassReport, lower, lower_explained};
