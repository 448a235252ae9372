//! A layer without keys.

use serde::{Deserialize, Serialize};

/// No keys: such a layer may be written as its name alone, `"relu"`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bare {}
