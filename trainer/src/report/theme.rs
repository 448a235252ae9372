//! Colours by meaning, for a light and a dark page. The pairs differ in lightness as well as in hue, so they stay apart for
//! colour-blind readers and in grey; the ten classes follow Paul Tol's "muted" scheme (technical note SRON/EPS/TN/09-002),
//! lightened where the page is dark.

use std::fmt::Write;

/// What a stroke, a fill or a text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// The page.
    Paper,
    /// Text and the data themselves.
    Text,
    /// Ticks, axis labels, remarks.
    Muted,
    /// Grid lines.
    Grid,
    /// The float network.
    Float,
    /// The int8 network.
    Int8,
    /// Normal samples.
    Normal,
    /// Abnormal samples and what marks them.
    Abnormal,
    /// A class, modulo 10.
    Class(u8),
}

/// Name of the CSS variable, light colour, dark colour.
const COLOURS: [(Ink, &str, u32, u32); 8] = [
    (Ink::Paper, "paper", 0xff_ffff, 0x16_1a20),
    (Ink::Text, "text", 0x1d_2430, 0xe6_e9ee),
    (Ink::Muted, "muted", 0x5b_6472, 0xa3_acb9),
    (Ink::Grid, "grid", 0xe3_e6eb, 0x2e_343e),
    (Ink::Float, "float", 0x1f_6fb5, 0x6c_b6ff),
    (Ink::Int8, "int8", 0xc2_6a00, 0xff_b454),
    (Ink::Normal, "normal", 0x2b_8a86, 0x5c_c8c0),
    (Ink::Abnormal, "abnormal", 0xb8_2e6e, 0xf2_7fb2),
];

const CLASSES: [(u32, u32); 10] = [
    (0x33_2288, 0x8f_86f2),
    (0x88_ccee, 0x88_ccee),
    (0x44_aa99, 0x44_aa99),
    (0x11_7733, 0x5f_c777),
    (0x99_9933, 0xc6_c64a),
    (0xdd_b945, 0xf0_dc82),
    (0xcc_6677, 0xe0_8090),
    (0x88_2255, 0xd0_5e95),
    (0xaa_4499, 0xd4_7fc6),
    (0x80_8891, 0xb6_bcc4),
];

/// Where a picture gets its colours from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Palette {
    /// The variables of the page's style sheet, which follow the reader's colour scheme.
    Page,
    /// The colours of a light page, written out.
    Light,
}

impl Ink {
    /// The value for CSS.
    pub(super) fn css(self, palette: Palette) -> String {
        let (name, light) = match self {
            Self::Class(c) => (format!("class{}", c % 10), CLASSES[usize::from(c % 10)].0),
            other => COLOURS.iter().find(|c| c.0 == other).map_or(("text".into(), 0), |c| (c.1.into(), c.2)),
        };
        match palette {
            Palette::Page => format!("var(--{name})"),
            Palette::Light => format!("#{light:06x}"),
        }
    }
}

/// The variables of both schemes as a style sheet.
pub(super) fn css_variables() -> String {
    let (mut light, mut dark) = (String::new(), String::new());
    for (_, name, l, d) in COLOURS {
        let _ = write!(light, "--{name}:#{l:06x};");
        let _ = write!(dark, "--{name}:#{d:06x};");
    }
    for (i, (l, d)) in CLASSES.iter().enumerate() {
        let _ = write!(light, "--class{i}:#{l:06x};");
        let _ = write!(dark, "--class{i}:#{d:06x};");
    }
    format!(":root{{color-scheme:light dark;{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n")
}
