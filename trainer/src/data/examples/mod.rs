//! Made-up recordings of machines, to try everything on before one has a recording of one's own: each in the form that such a
//! recording comes in, once of normal behaviour, once of a later day with faults in it.
//!
//! The same seed gives the same bytes on every machine.

mod bearing;
mod boiler;
mod fan;
mod motor;
mod parts;
mod pump;

use super::random::Stream;
use parts::Day;
use std::fmt;
use std::str::FromStr;

/// A machine that is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Example {
    /// A pump's pressure: one column of counts of 12 bits.
    Pump,
    /// A fan's vibration: counts of three axes with time stamps, separated by commas.
    Fan,
    /// A motor's sound: 16 bits, 8,000 a second, as WAV.
    Motor,
    /// A boiler house: eight sensors in physical units, with semicolons and decimal commas.
    Boiler,
    /// A bearing's vibration: counts of three axes, 3,200 a second, with a pit of four severities as labels say.
    Bearing,
}

/// A name that is no example.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no example; expected one of {names}", names = Example::ALL.map(Example::name).join(", "))]
pub struct UnknownExample(String);

/// A file of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleFile {
    /// Its name, without a folder.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// What was recorded, in a sentence without its full stop.
    pub what: &'static str,
}

impl Example {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Pump, Self::Fan, Self::Motor, Self::Boiler, Self::Bearing];

    /// Its name on the command line and of its first file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pump => "pump",
            Self::Fan => "fan",
            Self::Motor => "motor",
            Self::Boiler => "boiler",
            Self::Bearing => "bearing",
        }
    }

    /// The recording of normal behaviour, `NAME.EXT`, and the one with faults, `NAME-today.EXT`.
    pub fn files(self, seed: u64) -> [ExampleFile; 2] {
        let extension = if self == Self::Motor { "wav" } else { "csv" };
        [(Day::Normal, ""), (Day::Faulty, "-today")].map(|(day, suffix)| {
            let name = format!("{}{suffix}.{extension}", self.name());
            let mut random = Stream::new(seed, &format!("examples/{name}"));
            let (bytes, faults) = match self {
                Self::Pump => (pump::text(day, &mut random), pump::FAULTS),
                Self::Fan => (fan::text(day, &mut random), fan::FAULTS),
                Self::Motor => (motor::wav(day, &mut random), motor::FAULTS),
                Self::Boiler => (boiler::text(day, &mut random), boiler::FAULTS),
                Self::Bearing => (bearing::text(day, &mut random), bearing::FAULTS),
            };
            ExampleFile { name, bytes, what: if day == Day::Normal { "normal behaviour" } else { faults } }
        })
    }
}

impl fmt::Display for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Example {
    type Err = UnknownExample;

    fn from_str(name: &str) -> Result<Self, UnknownExample> {
        Self::ALL.into_iter().find(|e| e.name() == name).ok_or_else(|| UnknownExample(name.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_one_others() {
        for example in Example::ALL {
            let [normal, faulty] = example.files(1);
            assert_eq!(example.files(1)[0], normal);
            assert_ne!(example.files(2)[0].bytes, normal.bytes);
            assert!(normal.bytes.len() > faulty.bytes.len() && normal.name != faulty.name);
            assert_eq!(example.name().parse::<Example>().unwrap(), example);
        }
        assert!("valve".parse::<Example>().unwrap_err().to_string().ends_with("pump, fan, motor, boiler, bearing"));
    }

    /// Held, since the tutorial prints what comes of them.
    #[test]
    fn the_bytes_are_those_of_every_machine() {
        let mut hash = Sha256::new();
        Example::ALL[..4].iter().for_each(|e| e.files(1).iter().for_each(|f| hash.update(&f.bytes)));
        let hex: String = hash.finalize().iter().take(8).map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, "80839ff34c86daeb");
    }
}
